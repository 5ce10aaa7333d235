/** What a user does first, on every Node that is supported: the functions answer over HTTP, and a training runs. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { coversNode } from "../../scripts/dependencies.mjs";
import { NODES, nodePath, provideNodes } from "../../scripts/nodes.mjs";
import {
  openTemporaryFolder,
  patients,
  type TemporaryFolder,
  writeClasses,
} from "../training/data/folders.ts";
import { findFreePort } from "./local-server.ts";

const ROOT = join(import.meta.dirname, "../..");
const MAJORS = Object.keys(NODES) as unknown as (keyof typeof NODES)[];
const run = promisify(execFile);

let folder: TemporaryFolder;
beforeAll(async () => {
  await provideNodes();
  folder = await openTemporaryFolder();
  await writeClasses(folder, "data", patients(40));
});
afterAll(() => folder.remove());

const settingsOf = (major: keyof typeof NODES) => ({
  ...process.env,
  RADLITE_STORE: `file:${join(folder.path, `store-${major}`)}`,
  RADLITE_CACHE: join(folder.path, `cache-${major}`),
});

test("each is the version that is promised, and what is deployed runs on one of them", async () => {
  const { engines } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const deployed = await Promise.all(
    ["serverless.yml", "training.Dockerfile"].map((file) => readFile(join(ROOT, file), "utf8")),
  );

  for (const major of MAJORS) {
    const { stdout } = await run(nodePath(major), ["--version"]);
    expect(stdout.trim()).toBe(`v${NODES[major].version}`);
    expect(coversNode(engines.node, NODES[major].version), engines.node).toBe(true);
  }
  for (const text of deployed)
    expect(MAJORS).toContain(/nodejs(\d+)\.x|FROM node:(\d+)/.exec(text)?.slice(1).join(""));
});

test.each(MAJORS)("Node %s: npm start seeds, serves, and reads a radiograph over HTTP", async (major) => {
  const env = { ...settingsOf(major), RADLITE_PORT: String(await findFreePort()) };

  const { stdout, stderr } = await run(nodePath(major), ["scripts/start.mjs", "--once"], { cwd: ROOT, env });

  expect(stdout).toContain("test/fixtures/radiographs/IM-0115-0001.jpeg: NORMAL\n");
  expect(stderr).toBe("");
});

test.each(MAJORS)("Node %s: a smoke training goes from radiographs to a sealed file", async (major) => {
  const out = join(folder.path, `smoke-${major}`);
  const args = ["cli/radlite.mjs", "train", "smoke", "--data", join(folder.path, "data"), "--out", out];

  const { stderr } = await run(nodePath(major), args, { cwd: ROOT, env: settingsOf(major) });

  expect(stderr).not.toMatch(/warning/i);
  const seen = ["cli/radlite.mjs", "evaluate", out, "--data", join(folder.path, "data"), "--json"];
  const { stdout } = await run(nodePath(major), seen, { cwd: ROOT, env: settingsOf(major) });
  expect(JSON.parse(stdout).auc.value).toBeGreaterThan(0.5); // bright in the middle, or dark
});
