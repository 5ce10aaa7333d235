/**
 * The law of promotion, with processes of their own over one store: of twenty promotions that expect the same
 * current version exactly one is promoted and nineteen are conflicts, and the history has no gap.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { fsck, promote } from "@radlite/registry/commands";
import { openRegistry, readPointer } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildProgram, type Program, type Running } from "../program.ts";
import { BUCKET, type S3Server, startS3Server } from "../s3-server.ts";
import { bytesOf, keysOf } from "../store/writes.ts";
import { ADA, MODEL, openSample, register, SILENT } from "./sample.ts";

const PROCESSES = 5;
const EACH = 4;

let promoter: Program;
let server: S3Server;
let folder: string;

beforeAll(async () => {
  promoter = await buildProgram(fileURLToPath(new URL("promoter-process.ts", import.meta.url)));
  server = await startS3Server();
  Object.assign(process.env, server.environment);
  folder = await mkdtemp(join(tmpdir(), "radlite-promotion-"));
});

afterAll(async () => {
  await server.stop();
  await promoter.dispose();
  await rm(folder, { recursive: true, force: true });
});

const addresses = [
  ["files", () => `file:${folder}`],
  ["S3", () => `s3://${BUCKET}/promotion`],
] as const;

async function untilReady(running: readonly Running[]): Promise<void> {
  while (!running.every(({ lines }) => lines[0] === "ready")) await delay(20);
}

test.each(addresses)("twenty concurrent promotions by five processes over %s", async (_, addressOf) => {
  const address = addressOf();
  const { registry, store } = await openSample(await openStore(address));
  for (let seed = 1; seed <= PROCESSES * EACH + 1; seed++) await register(registry, { seed });
  await promote(registry, { version: `${MODEL}@1`, expectedCurrent: null, reason: "first", actor: ADA });

  const running = Array.from({ length: PROCESSES }, (_unused, i) =>
    promoter.start(
      [address, `${MODEL}@1`, ...Array.from({ length: EACH }, (_one, k) => `${MODEL}@${2 + i * EACH + k}`)],
      server.environment,
    ),
  );
  await untilReady(running);
  await store.create("go", bytesOf("go"));
  expect(await Promise.all(running.map(({ ended }) => ended))).toEqual(Array(PROCESSES).fill(0));

  const outcomes = running.flatMap(({ lines }) => lines.slice(1).map((line) => JSON.parse(line)));
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual([...Array(19).fill("conflict"), "promoted"]);
  const winner = outcomes.find(({ kind }) => kind === "promoted").to;
  const { state } = await openRegistry({ store, logger: SILENT });
  const moves = state.models.get(MODEL)?.aliases.get("production") ?? [];
  expect(moves.map(({ ordinal, from, to }) => [ordinal, from, to])).toEqual([
    [1, undefined, 1],
    [2, 1, winner],
  ]);
  expect(await readPointer(store, MODEL, "production")).toMatchObject({ pointer: { number: winner } });
  expect(await keysOf(store, "log/")).toHaveLength(state.logNumber);
  expect((await fsck(store)).problems).toEqual([]);
});
