/**
 * On a folder and on a real S3 server: a log put back to an earlier copy under a process that goes on, keys that are
 * repeated by another process, and what no event names removed.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectGarbage, fsck, promote, rollback } from "@radlite/registry/commands";
import { currentVersion, logKey, openRegistry, type Registry, readPointer } from "@radlite/registry/log";
import { type ObjectStore, openStore } from "@radlite/registry/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUCKET, type S3Server, startS3Server } from "../s3-server.ts";
import { bytesOf, keysOf, outcome } from "../store/writes.ts";
import { ADA, MODEL, openSample, register, SILENT } from "./sample.ts";

let server: S3Server;
let folder: string;

beforeAll(async () => {
  server = await startS3Server();
  Object.assign(process.env, server.environment);
  folder = await mkdtemp(join(tmpdir(), "radlite-restore-"));
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const open = (store: ObjectStore): Promise<Registry> =>
  openRegistry({ store, logger: SILENT, snapshotEvery: 3 });

const production = async (registry: Registry): Promise<string | undefined> =>
  currentVersion(await registry.refresh({ checkHead: true }), MODEL)?.id;

describe.each([
  ["a folder", (name: string) => `file:${join(folder, name)}`],
  ["S3", (name: string) => `s3://${BUCKET}/restore/${name}`],
])("on %s", (_, addressOf) => {
  test("a log put back: two processes and the functions' pointer name one version, and nothing is left", async () => {
    const address = addressOf("log");
    const store = await openStore(address);
    await openSample(store);
    const warm = await open(store);
    for (const seed of [1, 2, 3]) await register(warm, { seed });
    await promote(warm, { version: `${MODEL}@1`, reason: "first", actor: ADA });
    const copied = warm.state.logNumber;
    await promote(warm, { version: `${MODEL}@2`, reason: "second", actor: ADA });
    await promote(warm, { version: `${MODEL}@3`, alias: "shadow", reason: "watch", actor: ADA });
    await register(warm, { seed: 4 });
    for (const key of await keysOf(store, "log/", logKey(copied))) await store.delete(key);

    const fresh = await open(await openStore(address));
    expect([await production(fresh), await production(warm)]).toEqual([`${MODEL}@1`, `${MODEL}@1`]);
    expect(await readPointer(store, MODEL, "production")).toMatchObject({
      pointer: { version: `${MODEL}@1` },
    });
    expect(await readPointer(store, MODEL, "shadow")).toBeUndefined();
    await promote(warm, { version: `${MODEL}@3`, reason: "again", actor: ADA });
    expect([await production(fresh), await production(warm)]).toEqual([`${MODEL}@3`, `${MODEL}@3`]);
    expect(await keysOf(store, "log/")).toHaveLength(copied + 1);

    const left = (await fsck(store)).problems.map(({ kind }) => kind);
    expect(left).toEqual(["DANGLING_ARTIFACT", "DANGLING_EVALUATION"]); // of version 4
    expect((await collectGarbage(store, { actor: ADA })).young).toHaveLength(2);
    expect((await collectGarbage(store, { actor: ADA, now: Date.now() + 86_400_001 })).removed).toHaveLength(
      2,
    );
    expect((await fsck(store)).problems).toEqual([]);
  });

  test("a key is answered by another process as by the first, and belongs to its request", async () => {
    const address = addressOf("keys");
    const store = await openStore(address);
    const { registry } = await openSample(store);
    for (const seed of [1, 2, 3]) await register(registry, { seed });
    await promote(registry, { version: `${MODEL}@1`, reason: "first", actor: ADA });
    const conflict = {
      version: `${MODEL}@2`,
      expectedCurrent: null,
      reason: "r",
      actor: ADA,
      idempotencyKey: "k",
    };
    const first = await promote(registry, conflict);
    expect(first).toMatchObject({ kind: "conflict", current: { id: `${MODEL}@1` } });
    await rollback(registry, { model: MODEL, reason: "x", actor: ADA }).catch(() => undefined);
    const another = await open(await openStore(address));
    expect(await promote(another, conflict)).toEqual(first);
    expect(await outcome(promote(another, { ...conflict, version: `${MODEL}@3` }))).toBe("BAD_INPUT");
    expect(
      await outcome(rollback(another, { model: MODEL, reason: "r", actor: ADA, idempotencyKey: "k" })),
    ).toBe("BAD_INPUT");
    expect(await production(another)).toBe(`${MODEL}@1`);
    expect((await fsck(store)).problems).toEqual([]);
  });

  test("tells how old an object is, also one that was written again", async () => {
    const store = await openStore(addressOf("ages"));
    await store.create("k", bytesOf("one"));
    await store.replace("k", bytesOf("three"), (await store.get("k"))!.etag);
    const { sizeBytes, writtenMs } = (await store.stat("k"))!;
    expect(sizeBytes).toBe(5);
    expect(Math.abs(Date.now() - writtenMs)).toBeLessThan(60_000);
  });
});
