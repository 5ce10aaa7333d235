import { LEASE_MS, LEASE_RENEWAL_MS, takeTrainingSlot } from "@radlite/registry/commands";
import type { Registry } from "@radlite/registry/log";
import { memoryStore, retrying } from "@radlite/registry/store";
import { expect, test } from "vitest";
import { loseAnswers } from "../store/doubles.ts";
import { keysOf, outcome } from "../store/writes.ts";
import { openSample } from "./sample.ts";

const take = (registry: Registry, runId: string, slots = 1, host = "box") =>
  takeTrainingSlot(registry, { host, slots, runId });

test("as many as there are slots get one, the others none, until one is released", async () => {
  const { registry } = await openSample();
  const leases = await Promise.all(Array.from({ length: 6 }, (_, i) => take(registry, `run-${i}`, 2)));
  const held = leases.filter((lease) => lease !== undefined);
  expect(held.map(({ slot }) => slot).sort()).toEqual([0, 1]);
  expect(await take(registry, "late", 2)).toBeUndefined();
  await held[0]!.release();
  expect((await take(registry, "later", 2))?.slot).toBe(held[0]!.slot);
});

test("a slot that is renewed stays taken; one that is not is free after a minute", async () => {
  const { registry, clock } = await openSample();
  const lease = (await take(registry, "long"))!;
  for (let i = 0; i < 10; i++) {
    clock.now += LEASE_RENEWAL_MS;
    await lease.renew();
    expect(await take(registry, "other")).toBeUndefined();
  }
  clock.now += LEASE_MS;
  expect(await take(registry, "other")).toBeUndefined();
  clock.now += 1;
  const next = (await take(registry, "other"))!;
  expect(next.slot).toBe(0);

  await expect(lease.renew()).rejects.toThrow("training slot 0 of box is no longer held by run long");
  await lease.release(); // of somebody else's: nothing happens
  expect(await take(registry, "third")).toBeUndefined();
  await next.renew();
});

test("a slot renewed ahead of the clock is free, but for what the clocks of two machines may differ", async () => {
  const { registry, clock } = await openSample();
  const lease = (await take(registry, "from the future"))!;
  clock.now -= 5_000;
  expect(await take(registry, "other")).toBeUndefined();
  clock.now -= 1;
  expect((await take(registry, "other"))?.slot).toBe(0);
  await expect(lease.renew()).rejects.toMatchObject({ code: "CONFLICT" });
});

test("an expired slot goes to exactly one of many who want it", async () => {
  const { registry, clock } = await openSample();
  await take(registry, "killed");
  clock.now += LEASE_MS + 1;
  const leases = await Promise.all(Array.from({ length: 10 }, (_, i) => take(registry, `run-${i}`)));
  expect(leases.filter(Boolean)).toHaveLength(1);
});

test("machines have slots of their own, whatever their names look like", async () => {
  const { registry, store } = await openSample();
  expect(await take(registry, "a", 1, "Box.Example")).toBeDefined();
  expect(await take(registry, "b", 1, "../../etc")).toBeDefined();
  expect(await keysOf(store, "leases/")).toEqual([
    "leases/training/.._.._etc-0.json",
    "leases/training/box.example-0.json",
  ]);
});

test("a lost answer to taking or renewing is not taken for somebody else", async () => {
  const lossy = retrying(loseAnswers(memoryStore(), { keys: /^leases/ }), { firstWaitMs: 1, attempts: 2 });
  const { registry, clock } = await openSample(lossy);
  const lease = (await take(registry, "mine"))!;
  expect(lease.slot).toBe(0);
  clock.now += LEASE_RENEWAL_MS;
  await lease.renew();
  expect(await take(registry, "other")).toBeUndefined();
});

test.each([0, -1, 1.5, Number.NaN])("%d slots are none", async (slots) => {
  const { registry } = await openSample();
  expect(await outcome(take(registry, "r", slots))).toBe("BAD_INPUT");
});
