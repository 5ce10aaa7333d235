import { encodeNetwork } from "@radlite/model/format";
import { encodeGate } from "@radlite/model/verdict/gate";
import { movePointer, type Pointer, readPointer } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import { describe, expect, test, vi } from "vitest";
import { keepWarm } from "../../functions/serving/warm-model.ts";
import { drawGate } from "../model/verdict/gate/gates.ts";
import { meanGreyNetwork, sealed } from "../model/verdict/sample-network.ts";
import { artifact, hash, MODEL, POINTER, pointerTo, setUp } from "./warm-set-up.ts";

describe("the first model", () => {
  test("is loaded once for all requests that wait for it", async () => {
    const { serve, promote, reads } = setUp();
    await promote(1, artifact(1));

    const answers = await Promise.all(Array.from({ length: 8 }, () => serve()));

    expect(answers.every(({ coldStart, degraded }) => coldStart && !degraded)).toBe(true);
    expect(reads.filter((key) => key.startsWith("artifacts/"))).toHaveLength(1);
    expect(reads.filter((key) => key === POINTER)).toHaveLength(1);
    expect((await serve()).coldStart).toBe(false);
  });

  test("answers with the bytes that the pointer names", async () => {
    const { serve, promote } = setUp();
    const bytes = artifact(1);
    await promote(1, bytes);

    const { model, pointer } = await serve();

    expect(pointer.artifact).toBe(hash(bytes));
    expect(model.sizeBytes).toBe(bytes.length);
    expect([...(await model.engine.run(new Float32Array(64).fill(100))).logits]).toEqual([2]); // 0.01 * 100 + 1
  });

  test("is missed by name when nothing is in production, and found once something is", async () => {
    const { serve, promote, version } = setUp();

    await expect(serve()).rejects.toMatchObject({
      code: "UNAVAILABLE",
      status: 503,
      reason: "NO_PRODUCTION",
      message: expect.stringContaining(MODEL),
    });

    await promote(1, artifact(1));
    expect(await version()).toBe(1);
  });

  test("is refused with the reason when its bytes are not those of the log", async () => {
    const { serve, promote } = setUp();
    await promote(3, artifact(1), "0".repeat(64));

    await expect(serve()).rejects.toMatchObject({
      code: "UNAVAILABLE",
      reason: "NOT_LOADED",
      message: expect.stringMatching(/Version 3 .*0{64}/),
    });
  });

  test("that lacks only its pointer is found in the log, and nothing is written", async () => {
    const { promote, store, askLog, version } = setUp();
    await promote(1, artifact(1));
    const { pointer } = (await readPointer(store, MODEL, "production")) as { pointer: Pointer };
    await store.delete(POINTER);
    askLog.mockResolvedValue(pointer);

    expect(await version()).toBe(1);
    expect(await store.get(POINTER)).toBeUndefined();
  });

  test("waits for the log where an earlier release wrote a pointer that does not say what stands before it", async () => {
    const { promote, putGate, askLog, serve } = setUp();
    const { asOf: _, ...gate } = await putGate(1, encodeGate(drawGate(1)));
    await promote(1, artifact(1), undefined, { asOf: undefined } as Partial<Pointer>);
    askLog.mockImplementation(async (there) => there && { ...there, ...gate, asOf: 1 });

    expect((await serve()).model.gate).toBeDefined();
  });
});

describe("a promotion", () => {
  test("is looked for only once the last look is 2 s old, and then without fetching what is unchanged", async () => {
    const { time, promote, version, reads } = setUp();
    await promote(1, artifact(1));
    await version();
    await promote(2, artifact(2));

    time.nowMs += 1_999;
    expect(await version()).toBe(1);

    time.nowMs += 1;
    expect(await version()).toBe(2);

    time.nowMs += 2_000;
    await version();
    expect(reads.filter((key) => key.startsWith("artifacts/"))).toHaveLength(2);
  });

  test("is looked for at once where the clock was set back", async () => {
    const { time, promote, version } = setUp();
    await promote(1, artifact(1));
    await version();
    await promote(2, artifact(2));

    time.nowMs -= 3_600_000;

    expect(await version()).toBe(2);
  });

  test("of the same bytes under another number does not load them again", async () => {
    const { time, promote, version, reads } = setUp();
    await promote(1, artifact(1));
    await version();
    await promote(2, artifact(1));

    time.nowMs += 2_000;

    expect(await version()).toBe(2);
    expect(reads.filter((key) => key.startsWith("artifacts/"))).toHaveLength(1);
  });

  test.each([
    [
      "whose bytes are damaged",
      artifact(2).map((byte, i) => (i === 40 ? byte ^ 1 : byte)),
      hash(artifact(2)),
    ],
    ["of valid digest that is no model", new TextEncoder().encode("not a model"), undefined],
    ["of valid digest that is cut short", artifact(2).subarray(0, -5), undefined],
    ["of valid digest that was never sealed", encodeNetwork(meanGreyNetwork([1], [0])), undefined],
    ["of valid digest with other labels", sealed(meanGreyNetwork([1], [0], ["CAT", "DOG"])), undefined],
  ])("%s leaves the old model answering, degraded", async (_what, bytes, digest) => {
    const { time, serve, promote, logged, version } = setUp();
    await promote(1, artifact(1));
    await version();
    await promote(2, bytes, digest);

    time.nowMs += 2_000;
    const { pointer, degraded, model } = await serve();

    expect({ number: pointer.number, degraded }).toEqual({ number: 1, degraded: true });
    expect([...(await model.engine.run(new Float32Array(64))).logits]).toEqual([1]);
    expect(logged).toMatchObject([{ code: "BAD_ARTIFACT" }]);

    await promote(3, artifact(3));
    time.nowMs += 2_000;
    expect(await serve()).toMatchObject({ pointer: { number: 3 }, degraded: false });
  });

  test("whose file is missing is tried again, and not at every request", async () => {
    const { store, time, serve, promote, reads } = setUp();
    await promote(1, artifact(1));
    await serve();
    const late = artifact(2);
    await promote(2, late);
    await store.delete(`artifacts/${hash(late)}`);

    for (let look = 0; look < 5; look++) {
      time.nowMs += 2_000;
      expect(await serve()).toMatchObject({ pointer: { number: 1 }, degraded: true });
    }
    expect(reads.filter((key) => key === `artifacts/${hash(late)}`)).toHaveLength(1);

    await store.create(`artifacts/${hash(late)}`, late);
    time.nowMs += 2_000;
    expect(await serve()).toMatchObject({ pointer: { number: 2 }, degraded: false });
  });

  test("that takes long to load keeps nobody waiting for more than a moment", async () => {
    const store = memoryStore();
    const loads: (() => void)[] = [];
    const promote = (number: number) =>
      movePointer(store, { ...pointerTo(`${number}`), number, logNumber: number, asOf: number }, number);
    const time = { nowMs: 0 };
    const serve = keepWarm({
      store,
      modelName: MODEL,
      load: (_store, { number }) =>
        number === 1 ? Promise.resolve("one") : new Promise((resolve) => loads.push(() => resolve("two"))),
      askLog: async (there) => there,
      log: () => {},
      now: () => time.nowMs,
    });
    await promote(1);
    await serve();
    await promote(2);
    time.nowMs += 2_000;

    expect(await serve()).toMatchObject({ model: "one", degraded: true });
    loads[0]!();
    expect(await serve()).toMatchObject({ model: "two", degraded: false });
    expect(loads).toHaveLength(1);
  });
});

describe("the store", () => {
  test("failing leaves the old model answering, degraded until it is back", async () => {
    const { store, time, serve, promote, logged } = setUp();
    await promote(1, artifact(1));
    await serve();
    const get = vi.spyOn(store, "get").mockRejectedValue(new Error("no route to host"));

    time.nowMs += 2_000;
    expect(await serve()).toMatchObject({ pointer: { number: 1 }, degraded: true });
    expect(logged).toMatchObject([{ message: "no route to host" }]);

    get.mockRestore();
    time.nowMs += 2_000;
    expect(await serve()).toMatchObject({ pointer: { number: 1 }, degraded: false });
  });

  test("that does not answer keeps nobody waiting for more than a moment", async () => {
    const { store, time, serve, promote } = setUp();
    await promote(1, artifact(1));
    await serve();
    vi.spyOn(store, "get").mockReturnValue(new Promise(() => {}));

    time.nowMs += 2_000;

    expect(await serve()).toMatchObject({ pointer: { number: 1 } });
  });

  test("has its log read after the first answer, and then once a minute", async () => {
    const { time, version, promote, askLog } = setUp();
    await promote(1, artifact(1));

    await version();
    expect(askLog).not.toHaveBeenCalled();
    for (let second = 0; second <= 120; second++, time.nowMs += 1_000) await version();

    expect(askLog).toHaveBeenCalledTimes(2);
  });
});

describe("a promotion whose pointer was not written", () => {
  const behind = async () => {
    const set = setUp();
    await set.promote(1, artifact(1));
    await set.version();
    const { pointer } = (await readPointer(set.store, MODEL, "production")) as { pointer: Pointer };
    const digest = hash(artifact(2));
    await set.store.create(`artifacts/${digest}`, artifact(2));
    const said = { ...pointer, artifact: digest, number: 2, logNumber: 2, asOf: 2 };
    set.askLog.mockImplementation(async () => said);
    set.time.nowMs += 2_000;
    await vi.waitFor(async () => expect(await set.version()).toBe(2));
    return set;
  };

  test("is served once the log was read, undegraded, though the pointer still says otherwise", async () => {
    const { time, serve } = await behind();

    for (let look = 0; look < 3; look++, time.nowMs += 2_000)
      expect(await serve()).toMatchObject({ pointer: { number: 2 }, degraded: false });
  });

  test("gives way to a later one, and to a pointer that still lags only until the log is read again", async () => {
    const { time, serve, promote, askLog } = await behind();
    const calls = askLog.mock.calls.length;

    await promote(1, artifact(1), undefined, { asOf: 1, performance: {} });
    time.nowMs += 2_000;
    expect(await serve()).toMatchObject({ pointer: { number: 2 }, degraded: false });
    expect(askLog).toHaveBeenCalledTimes(calls + 1);

    askLog.mockImplementation(async (there) => there);
    await promote(3, artifact(3));
    time.nowMs += 2_000;
    expect(await serve()).toMatchObject({ pointer: { number: 3 }, degraded: false });
  });

  test("that a restore left behind is not served further once the log says that nothing is in production", async () => {
    const { time, serve, askLog } = await behind();
    askLog.mockResolvedValue(undefined);

    time.nowMs += 60_000;
    await serve();

    expect(await serve()).toMatchObject({ degraded: true });
  });
});
