import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { digestOf } from "@radlite/registry/bundle";
import { afterAll, beforeAll, expect, test } from "vitest";
import { promoteTiny, tinyVersion } from "../fixtures/tiny-version.ts";
import { BUCKET, type S3Server, startS3Server } from "../registry/s3-server.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";
import { expectOneOfTwenty } from "./twenty-promotions.ts";

const RADIOGRAPH = readFileSync(join(import.meta.dirname, "../fixtures/radiographs/person1_bacteria_1.jpeg"));

let s3: S3Server;
let server: LocalServer;
beforeAll(async () => {
  s3 = await startS3Server();
  Object.assign(process.env, s3.environment); // the SDK of this process takes its credentials from there
  server = await startLocalServer((registry) => promoteTiny(registry, 1), {
    ...s3.environment,
    RADLITE_STORE: `s3://${BUCKET}/end-to-end`,
  });
});
afterAll(async () => {
  await server?.stop();
  await s3?.stop();
});

test("an uploaded radiograph is read once, and its address takes nothing from then on", async () => {
  const announced = { bytes: RADIOGRAPH.length, sha256: digestOf(RADIOGRAPH) };
  const open = async () =>
    (await server.post("/uploads", JSON.stringify(announced), "application/json")).body;
  const put = ({ url, headers }: { url: string; headers: Record<string, string> }) =>
    fetch(url, { method: "PUT", headers, body: RADIOGRAPH }).then(({ status }) => status);
  const classify = (upload: string) =>
    server.post("/classify", JSON.stringify({ upload }), "application/json");
  const place = await open();

  expect((await classify(place.upload)).status).toBe(404); // not before it has come
  expect(await put(place)).toBe(200);
  expect(await put(place)).toBe(412);
  expect((await classify(place.upload)).status).toBe(200);
  expect(await put(place)).toBe(404);

  const keys: string[] = [];
  for await (const key of server.registry.store.list("uploads/")) keys.push(key);
  expect(keys).toEqual([]);

  const other = await open(); // to the server itself, which takes it too
  const there = await fetch(`${server.url}/uploads/${other.upload}`, { method: "PUT", body: RADIOGRAPH });
  expect([there.status, (await classify(other.upload)).status]).toEqual([201, 200]);
});

test("over S3 a radiograph is answered, and of twenty promotions one happens and is seen", async () => {
  const before = await server.post("/classify", RADIOGRAPH, "image/jpeg");

  const winner = await expectOneOfTwenty(server, "chest-xray@1");
  await delay(2_100);
  const after = await server.post("/classify", RADIOGRAPH, "image/jpeg");

  expect(before.body.model).toMatchObject({ version: 1, sha256: tinyVersion(1).facts.sha256 });
  expect(`chest-xray@${after.body.model.version}`).toBe(winner);
  expect(after.body.degraded).toBe(false);
});
