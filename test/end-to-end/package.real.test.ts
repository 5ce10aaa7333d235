import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import yauzl from "yauzl";
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

test("the packed classify function finds its native decoder by itself, and answers", async () => {
  const unpacked = join(folder, "unpacked");
  await unpack(join(folder, "classify.zip"), unpacked);
  const event = JSON.stringify({
    headers: { host: "localhost" },
    requestContext: { http: { method: "POST", sourceIp: "127.0.0.1" } },
  });
  const script = `
    const { handler } = await import(${JSON.stringify(join(unpacked, "dist/functions/classify.mjs"))});
    console.log((await handler(${event}, { awsRequestId: "1" })).statusCode);
  `;

  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    cwd: unpacked,
    env: { PATH: process.env.PATH, RADLITE_STORE: "memory:", IS_OFFLINE: "true" },
  });

  expect(stdout.trim().split("\n").at(-1)).toBe("400"); // no image in the request
});

function unpack(zip: string, target: string): Promise<void> {
  return new Promise((resolve, reject) => {
    yauzl.open(zip, { lazyEntries: true }, (problem, archive) => {
      if (problem) return reject(problem);
      archive.on("end", resolve).on("error", reject);
      archive.on("entry", (entry: yauzl.Entry) => {
        archive.openReadStream(entry, async (unreadable, stream) => {
          if (unreadable) return reject(unreadable);
          const path = join(target, entry.fileName);
          await mkdir(dirname(path), { recursive: true });
          if (!path.endsWith("/")) await writeFile(path, await buffer(stream));
          archive.readEntry();
        });
      });
      archive.readEntry();
    });
  });
}
