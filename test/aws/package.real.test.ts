/** What each function is deployed with: all that it needs, and little else. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createModel } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { promoteTiny } from "../fixtures/tiny-version.ts";
import { httpEvent } from "../functions/events.ts";
import { type Packaged, providePackage, ROOT, unpack } from "./packaged.ts";

const MAX_ZIP_BYTES = 10e6;
const HANDLER = "dist/functions/";
const SHARP = [
  "node_modules/@img/sharp-linux-x64/lib/sharp-linux-x64-",
  "node_modules/@img/sharp-libvips-linux-x64/lib/libvips-cpp.so",
];

const DECODERS = [
  ...[...SHARP, "dist/model/dicom-thread.mjs"],
  ...["charls", "openjpeg", "mozjpeg"].map((codec) => `dist/model/${codec}.wasm`),
];

/** Of each zip, beginnings of the names of files that must be in it. */
const REQUIRED: Record<string, string[]> = {
  artifact: [`${HANDLER}artifact.mjs`],
  classify: [`${HANDLER}classify.mjs`, ...DECODERS],
  docs: [`${HANDLER}docs.mjs`, "dist/console/docs/page.html"],
  graphql: [
    ...[`${HANDLER}graphql.mjs`, "dist/console/graphiql/page.html"],
    "training/recipes/shipped/residual-64.yaml",
  ],
  health: [`${HANDLER}health.mjs`],
  identity: [`${HANDLER}identity.mjs`],
  openapi: [`${HANDLER}openapi.mjs`],
  page: [
    ...[`${HANDLER}page.mjs`, "dist/console/docs/main-", "dist/console/app/classify-"],
    ...["classify", "models", "compare", "versions", "production", "runs", "run"].map(
      (name) => `dist/console/${name}/page.html`,
    ),
  ],
  preflight: [`${HANDLER}preflight.mjs`],
  production: [`${HANDLER}production.mjs`],
  score: [`${HANDLER}score.mjs`, ...DECODERS],
  signIn: [`${HANDLER}sign-in.mjs`, "dist/console/sign-in/page.html"],
  trainingRuns: [`${HANDLER}training-runs.mjs`, "training/recipes/shipped/residual-64.yaml"],
  upload: [`${HANDLER}upload.mjs`],
  uploads: [`${HANDLER}uploads.mjs`],
};

let folder: string;
let packaged: Packaged;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "radlite-package-"));
  packaged = await providePackage();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("each function packs into at most 10 MB, without credentials", async () => {
  expect(Object.keys(packaged.zips)).toEqual(Object.keys(REQUIRED));
  for (const [name, zip] of Object.entries(packaged.zips))
    expect((await stat(zip)).size, name).toBeLessThanOrEqual(MAX_ZIP_BYTES);
});

test.each(Object.entries(REQUIRED))("%s has the files that it needs in it", async (name, required) => {
  const files = await unpack(packaged.zips[name]!, join(folder, name));

  for (const beginning of required)
    expect(
      files.some((file) => file.startsWith(beginning)),
      beginning,
    ).toBe(true);
});

describe("the packed classify function, unpacked elsewhere", () => {
  let unpacked: string;
  beforeAll(async () => {
    unpacked = join(folder, "unpacked");
    await unpack(packaged.zips.classify!, unpacked);
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
