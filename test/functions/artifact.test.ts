import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeGate } from "@radlite/model/verdict/gate";
import { uploadArtifact } from "@radlite/registry/commands";
import { fileStore, type ObjectStore } from "@radlite/registry/store";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { handler } from "../../functions/artifact.ts";
import { tinyVersion } from "../fixtures/tiny-version.ts";
import { drawGate } from "../model/verdict/gate/gates.ts";
import { context, httpEvent } from "./events.ts";

const folder = mkdtempSync(join(tmpdir(), "radlite-artifact-"));
const { bytes } = tinyVersion(1);
const hash = (of: Uint8Array) => createHash("sha256").update(of).digest("hex");

let store: ObjectStore;
beforeAll(async () => {
  vi.stubEnv("RADLITE_STORE", `file:${folder}`);
  vi.stubEnv("IS_OFFLINE", "true");
  store = fileStore(folder);
  await uploadArtifact(store, bytes);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const get = (sha256: string) =>
  handler({ ...httpEvent({ method: "GET" }), pathParameters: { sha256 } }, context);

test("an artifact comes byte for byte, under a name that never means other bytes", async () => {
  const { statusCode, headers, body, isBase64Encoded } = await get(hash(bytes));

  expect(statusCode).toBe(200);
  expect(isBase64Encoded).toBe(true);
  expect(new Uint8Array(Buffer.from(body!, "base64"))).toEqual(bytes);
  expect(headers).toMatchObject({
    "content-type": "application/octet-stream",
    "cache-control": "max-age=31536000, immutable",
  });
});

test("a gate comes the same way", async () => {
  const gate = encodeGate(drawGate(1));
  const { statusCode, body } = await get(await uploadArtifact(store, gate));

  expect(statusCode).toBe(200);
  expect(new Uint8Array(Buffer.from(body!, "base64"))).toEqual(gate);
});

test("what is not there, damaged or too large for an answer has a code of its own each", async () => {
  const large = randomBytes(4_400_001);
  const damaged = hash(Buffer.from("something else"));
  await store.create(`artifacts/${hash(large)}`, large);
  await store.create(`artifacts/${damaged}`, bytes);

  const codes = [hash(Buffer.from("nothing")), "../log", damaged, hash(large)].map(async (sha256) => {
    const { statusCode, body } = await get(sha256);
    const { code, message } = JSON.parse(body!).error;
    expect(message).toContain(sha256);
    expect(message).not.toContain(folder);
    return [statusCode, code];
  });

  expect(await Promise.all(codes)).toEqual([
    [404, "NOT_FOUND"],
    [400, "BAD_INPUT"],
    [422, "BAD_ARTIFACT"],
    [413, "BAD_INPUT"],
  ]);
});
