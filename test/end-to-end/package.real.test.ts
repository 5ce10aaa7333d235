import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { createModel } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import yauzl from "yauzl";
import { build, isBuilt } from "../../scripts/build.mjs";
import { promoteTiny } from "../fixtures/tiny-version.ts";
import { httpEvent } from "../functions/events.ts";

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
  const functions = [
    "artifact",
    "classify",
    "graphql",
    "health",
    "page",
    "preflight",
    "production",
    "trainingRuns",
    "upload",
    "uploads",
  ];
  expect(zips).toEqual(functions.map((name) => `${name}.zip`));
  for (const zip of zips)
    expect((await stat(join(folder, zip))).size, zip).toBeLessThanOrEqual(MAX_ZIP_BYTES);
});

describe("the packed classify function, unpacked elsewhere", () => {
  let unpacked: string;
  beforeAll(async () => {
    unpacked = join(folder, "unpacked");
    await unpack(join(folder, "classify.zip"), unpacked);
  });

  /** The status of its answer to a request with this body. */
  async function post(body: Uint8Array, store: string): Promise<string | undefined> {
    const event = JSON.stringify(
      httpEvent({ body, headers: { "content-type": "application/octet-stream" } }),
    );
    const script = `
      const { handler } = await import(${JSON.stringify(join(unpacked, "dist/functions/classify.mjs"))});
      console.log((await handler(${event}, { awsRequestId: "1" })).statusCode);
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      cwd: unpacked,
      env: { PATH: process.env.PATH, RADLITE_STORE: store, IS_OFFLINE: "true" },
    });
    return stdout.trim().split("\n").at(-1);
  }

  test("finds its native decoder by itself, and answers", async () => {
    expect(await post(new Uint8Array(0), "memory:")).toBe("400"); // no image in the request
  });

  test("reads JPEG and DICOM with what is packed with it", async () => {
    const store = `file:${join(folder, "store")}`;
    const registry = await openRegistry({ store: await openStore(store, { environment: {} }) });
    const actor = { name: "test", role: "approver" } as const;
    await createModel(registry, { name: "chest-xray", description: "Of a test", actor });
    await promoteTiny(registry, -0.5);

    for (const file of [
      "radiographs/person1_bacteria_1.jpeg",
      "dicom/jpeg-8.dcm",
      "dicom/jpeg-2000-12.dcm",
      "dicom/jpeg-ls-12.dcm",
    ])
      expect(await post(await readFile(join(ROOT, "test/fixtures", file)), store), file).toBe("200");
  });
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
