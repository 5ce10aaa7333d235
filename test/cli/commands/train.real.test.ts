import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readRunProgress } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  openTemporaryFolder,
  patients,
  type TemporaryFolder,
  writeClasses,
} from "../../training/data/folders.ts";
import { tinyRecipe } from "../../training/tiny-recipe.ts";
import { ROOT, runRadlite } from "../program.ts";

const RECIPE = tinyRecipe(3);

let folder: TemporaryFolder;
let args: string[];
let env: { RADLITE_STORE: string };

beforeAll(async () => {
  folder = await openTemporaryFolder();
  await writeClasses(folder, "data", patients(24));
  const recipe = await folder.write("tiny.yaml", RECIPE);
  env = { RADLITE_STORE: `file:${join(folder.path, "store")}` };
  args = ["train", recipe, "--data", join(folder.path, "data"), "--register"];
});

afterAll(() => folder.remove());

async function listRuns() {
  const registry = await openRegistry({ store: await openStore(env.RADLITE_STORE) });
  const runs = [...registry.state.runs.values()];
  return Promise.all(runs.map(async (run) => ({ ...run, ...(await readRunProgress(registry, run)) })));
}

test("--register: the run has each epoch and its version; one that is refused for want of --resume is no run", async () => {
  const out = join(folder.path, "one");
  const run = await runRadlite([...args, "--out", out, "--json"], { env });
  const stopped = join(folder.path, "stopped");
  await folder.write("stopped/run.state", JSON.stringify({ formatVersion: 1, name: "tiny" }));
  const refused = await runRadlite([...args, "--out", stopped], { env });

  expect(run.code).toBe(0);
  expect(JSON.parse(run.stdout)).toEqual({ bundle: out, version: "chest-xray@1" });
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^radlite: CONFLICT: .*--fresh/m) });
  expect(await listRuns()).toMatchObject([
    {
      executor: "cli",
      outcome: "SUCCEEDED",
      version: "chest-xray@1",
      epochs: [
        { epoch: 1, epochs: 3 },
        { epoch: 2, epochs: 3 },
        { epoch: 3, epochs: 3 },
      ],
    },
  ]);
});

test("a second training into the folder of one that is under way is refused; stopped, that one is a run that was cancelled", async () => {
  const out = join(folder.path, "shared");
  const long = await folder.write("long.yaml", RECIPE.replace("epochs: 3", "epochs: 1000"));
  const command = ["train", long, ...args.slice(2), "--out", out];
  const first = spawn(process.execPath, [join(ROOT, "cli/radlite.mjs"), ...command], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(first, "close");
  await once(first.stderr, "data"); // it has begun
  const second = await runRadlite([...command, "--fresh"], { env });
  first.kill("SIGINT");

  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`CONFLICT: Process ${first.pid} is making a bundle in ${out} too.`);
  expect(await ended).toEqual([130, null]);
  expect((await listRuns()).map(({ outcome }) => outcome)).toEqual(["SUCCEEDED", "CANCELLED"]);
  expect(await readdir(folder.path)).not.toContain("shared.lock");
});
