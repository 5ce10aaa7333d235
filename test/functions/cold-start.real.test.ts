import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeGate } from "@radlite/model/verdict/gate";
import { digestOf } from "@radlite/registry/bundle";
import {
  createAccessKey,
  createModel,
  openUpload,
  putUpload,
  setGate,
  uploadArtifact,
} from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { memoryStore, type ObjectStore, openStore } from "@radlite/registry/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CountingProxy, countRequests } from "../../bench/cold/counting.ts";
import { askCold, layOut } from "../../bench/cold/function.ts";
import { build, isBuilt } from "../../scripts/build.mjs";
import { promoteTiny } from "../fixtures/tiny-version.ts";
import { drawGate } from "../model/verdict/gate/gates.ts";
import { BUCKET, type S3Server, startS3Server } from "../registry/s3-server.ts";
import { httpEvent } from "./events.ts";

const RADIOGRAPH = readFileSync(join(import.meta.dirname, "../fixtures/radiographs/person1_bacteria_1.jpeg"));
const ACTOR = { name: "test", role: "approver" } as const;
const MAX_REQUESTS = 8;

const folder = mkdtempSync(join(tmpdir(), "radlite-cold-"));
let s3: S3Server;
let proxy: CountingProxy;
let program: string;
beforeAll(async () => {
  if (!isBuilt()) await build();
  [s3, program] = await Promise.all([startS3Server(), layOut(".", folder)]);
  Object.assign(process.env, s3.environment);
  proxy = await countRequests(s3.endpoint);
});
afterAll(async () => {
  proxy?.stop();
  await s3?.stop();
  rmSync(folder, { recursive: true });
});

/** A model with its gate in production, early in a log that went on since. */
async function makeLog(commits: number): Promise<ObjectStore> {
  const store = memoryStore();
  const registry = await openRegistry({ store });
  await createModel(registry, { name: "chest-xray", description: "", actor: ACTOR });
  await promoteTiny(registry, 1);
  const artifact = await uploadArtifact(store, encodeGate(drawGate(1)));
  await setGate(registry, { model: "chest-xray", artifact, reason: "a test", actor: ACTOR });
  for (let number = registry.state.logNumber; number < commits; number++)
    await createModel(registry, { name: `other-${number}`, description: "", actor: ACTOR });
  expect(registry.state.logNumber).toBe(commits);
  return store;
}

async function putOnS3(from: ObjectStore, place: string): Promise<ObjectStore> {
  const to = await openStore(place);
  const keys: string[] = [];
  for await (const key of from.list("")) keys.push(key);
  for (let i = 0; i < keys.length; i += 16) {
    const copies = keys.slice(i, i + 16).map(async (key) => to.create(key, (await from.get(key))!.bytes));
    await Promise.all(copies);
  }
  return to;
}

describe.each([10, 300])("the first answer of a cold function on a log of %i commits", (commits) => {
  const place = `s3://${BUCKET}/log-of-${commits}`;
  let store: ObjectStore;
  beforeAll(async () => {
    store = await putOnS3(await makeLog(commits), place);
  });

  /** What it asks S3 for, below the registry's place. */
  async function ask(
    { body, type }: { body: Uint8Array | string; type: string },
    {
      headers = {},
      settings = {},
    }: { headers?: Record<string, string>; settings?: Record<string, string> } = {},
  ): Promise<string[]> {
    proxy.requests.length = 0;
    const { statusCode, body: answer } = await askCold(program, {
      folder,
      event: httpEvent({ path: "/classify", body, headers: { "content-type": type, ...headers } }),
      environment: {
        ...s3.environment,
        RADLITE_STORE: place,
        RADLITE_S3_ENDPOINT: proxy.endpoint,
        ...settings,
      },
    });
    expect({ statusCode, answer: JSON.parse(answer) }).toMatchObject({
      statusCode: 200,
      answer: { model: { version: 1 }, applicability: { gate: {} } },
    });
    return proxy.requests.map((request) => request.replace(`/${BUCKET}/log-of-${commits}/`, ""));
  }

  const READ = [
    "GET pointers/chest-xray/production.json?x-id=GetObject",
    expect.stringMatching(/^GET artifacts\/[0-9a-f]{64}\?/),
    expect.stringMatching(/^GET artifacts\/[0-9a-f]{64}\?/),
  ];

  test("takes its pointer, the model and the gate", async () => {
    expect(await ask({ body: RADIOGRAPH, type: "image/jpeg" })).toEqual(READ);
  });

  test("and one more for an API key", async () => {
    const { id, key } = await createAccessKey(store, { name: "clinic", role: "caller", actor: ACTOR });

    const requests = await ask(
      { body: RADIOGRAPH, type: "image/jpeg" },
      { headers: { authorization: `Bearer ${key}` }, settings: { IS_OFFLINE: "" } },
    );

    expect(requests).toEqual([`GET access/${id}.json?x-id=GetObject`, ...READ]);
  });

  test("and four more for a radiograph that was uploaded, which is gone after that, with a key", async () => {
    const actor = { name: "clinic", role: "caller" } as const;
    const { key } = await createAccessKey(store, { ...actor, actor: ACTOR });
    const announced = { bytes: RADIOGRAPH.length, sha256: digestOf(RADIOGRAPH), purpose: "IMAGE" as const };
    const { upload } = await openUpload(store, { ...announced, actor });
    await putUpload(store, { upload, bytes: RADIOGRAPH, actor });

    const requests = await ask(
      { body: JSON.stringify({ upload }), type: "application/json" },
      { headers: { authorization: `Bearer ${key}` }, settings: { IS_OFFLINE: "" } },
    );

    expect(requests.length).toBeLessThanOrEqual(MAX_REQUESTS);
    expect(requests.filter((request) => request.startsWith("DELETE "))).toHaveLength(2);
    expect(requests.some((request) => /log\/|snapshot\/|probe\//.test(request))).toBe(false);
    expect(await store.get(`uploads/${upload}/bytes`)).toBeUndefined();
  });
});
