import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build, isBuilt } from "../../scripts/build.mjs";

const ROOT = join(import.meta.dirname, "../..");
const MAX_ZIP_BYTES = 10e6;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "radlite-package-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("each function packs into at most 10 MB, without credentials", async () => {
  if (!isBuilt()) await build();
  const {
    AWS_ACCESS_KEY_ID: _key,
    AWS_SECRET_ACCESS_KEY: _secret,
    AWS_PROFILE: _profile,
    ...env
  } = process.env;
  const serverless = join(ROOT, "node_modules/serverless/bin/serverless.js");

  await promisify(execFile)(process.execPath, [serverless, "package", "--package", folder], {
    cwd: ROOT,
    env,
  });

  const zips = (await readdir(folder)).filter((name) => name.endsWith(".zip")).sort();
  const functions = ["artifact", "classify", "graphql", "health", "page", "production", "trainingRuns"];
  expect(zips).toEqual(functions.map((name) => `${name}.zip`));
  for (const zip of zips)
    expect((await stat(join(folder, zip))).size, zip).toBeLessThanOrEqual(MAX_ZIP_BYTES);
});
