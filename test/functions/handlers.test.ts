import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createModel } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { fileStore } from "@radlite/registry/store";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { handler as classify } from "../../functions/classify.ts";
import { handler as health } from "../../functions/health.ts";
import { handler as production } from "../../functions/production.ts";
import { handler as putUpload } from "../../functions/upload.ts";
import { handler as openUpload } from "../../functions/uploads.ts";
import { promoteTiny, tinyVersion } from "../fixtures/tiny-version.ts";
import { context, httpEvent } from "./events.ts";

const RADIOGRAPH = readFileSync(join(import.meta.dirname, "../fixtures/radiographs/person1_bacteria_1.jpeg"));
const folder = mkdtempSync(join(tmpdir(), "radlite-handlers-"));

beforeAll(() => {
  vi.stubEnv("RADLITE_STORE", `file:${folder}`);
  vi.stubEnv("IS_OFFLINE", "true");
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const posted = httpEvent({ body: RADIOGRAPH, headers: { "content-type": "image/jpeg" } });
const read = async (answer: ReturnType<typeof classify>) => {
  const { statusCode, body } = await answer;
  return { statusCode, body: JSON.parse(body!) };
};

/** The radiograph as an upload, and the request that names it. */
async function bringUpload() {
  const sha256 = createHash("sha256").update(RADIOGRAPH).digest("hex");
  const headers = { "content-type": "application/json" };
  const announced = httpEvent({ headers, body: JSON.stringify({ bytes: RADIOGRAPH.length, sha256 }) });
  const { upload } = (await read(openUpload(announced, context))).body;
  const brought = { ...posted, pathParameters: { upload } };
  expect(await putUpload(brought, context)).toMatchObject({ statusCode: 201 });
  return httpEvent({ headers, body: JSON.stringify({ upload }) });
}

test("without a model in production all say so, and with one all answer, in the same process", async () => {
  const noProduction = { statusCode: 503, body: { error: { code: "UNAVAILABLE", reason: "NO_PRODUCTION" } } };
  expect(await read(health(httpEvent({ method: "GET" }), context))).toMatchObject(noProduction);
  expect(await read(classify(posted, context))).toMatchObject(noProduction);
  expect(await read(production(httpEvent({ method: "GET" }), context))).toMatchObject(noProduction);
  const uploaded = await bringUpload();
  expect(await read(classify(uploaded, context))).toMatchObject(noProduction);

  const registry = await openRegistry({ store: fileStore(folder) });
  await createModel(registry, {
    name: "chest-xray",
    description: "",
    actor: { name: "test", role: "approver" },
  });
  await promoteTiny(registry, 1);

  const [first, second] = [await read(classify(posted, context)), await read(classify(posted, context))];
  expect(first).toMatchObject({
    statusCode: 200,
    body: {
      requestId: "request-1",
      model: { version: 1 },
      input: { sha256: createHash("sha256").update(RADIOGRAPH).digest("hex") },
      timing: { coldStart: true },
    },
  });
  const third = await read(classify(uploaded, context)); // what could not be judged before is still there, once
  expect(third.body).toMatchObject({ probability: first.body.probability });
  expect(await read(classify(uploaded, context))).toMatchObject({ statusCode: 404 });
  expect(second.body).toMatchObject({ probability: first.body.probability, timing: { coldStart: false } });
  expect(await read(health(httpEvent({ method: "GET" }), context))).toEqual({
    statusCode: 200,
    body: { status: "ok", model: "chest-xray", version: 1, gate: null, degraded: false },
  });
  const { bytes, facts } = tinyVersion(1);
  expect(await read(production(httpEvent({ method: "GET" }), context))).toEqual({
    statusCode: 200,
    body: {
      ...{ name: "chest-xray", version: 1, sha256: facts.sha256, bytes: bytes.length, degraded: false },
      performance: {},
    },
  });
});

test("on Lambda a radiograph without credentials is refused before it is looked at", async () => {
  vi.stubEnv("IS_OFFLINE", "");

  const { statusCode, body } = await read(classify(httpEvent({ body: "nothing" }), context));

  expect({ statusCode, code: body.error.code }).toEqual({ statusCode: 401, code: "UNAUTHENTICATED" });
});

test("to strangers health says that the server is up, and loads nothing", async () => {
  vi.stubEnv("IS_OFFLINE", "");
  vi.stubEnv("RADLITE_STORE", "s3://there-is-no-such-bucket");

  expect(await read(health(httpEvent({ method: "GET" }), context))).toEqual({
    statusCode: 200,
    body: { status: "up" },
  });
});

test("a setting that is none is answered to everybody, with what was expected", async () => {
  vi.stubEnv("RADLITE_AUTH_ISSUER", "ftp://id.example.org");

  expect(await read(health(httpEvent({ method: "GET" }), context))).toMatchObject({
    statusCode: 503,
    body: {
      error: { code: "UNAVAILABLE", reason: "SETTINGS", message: expect.stringContaining("https://") },
    },
  });
});
