import { RadliteError } from "@radlite/model/errors";
import { encodeGate } from "@radlite/model/verdict/gate";
import { describe, expect, test } from "vitest";
import { drawGate } from "../model/verdict/gate/gates.ts";
import { artifact, hash, setUp } from "./warm-set-up.ts";

describe("a gate", () => {
  const [first, second] = [encodeGate(drawGate(1)), encodeGate(drawGate(2))];

  test("comes with the model that stands behind it, opened and held to its digest", async () => {
    const { serve, promote, putGate } = setUp();
    await promote(1, artifact(1), undefined, await putGate(1, first));

    const { model, degraded } = await serve();

    expect(degraded).toBe(false);
    expect(model.gate).toMatchObject({
      ...{ sha256: hash(first), bytes: first.length, population: "children of one to five years" },
      gate: { trim: false, population: "children of one to five years" },
    });
  });

  test("that is set, or another one, is there 2 s later, and the network is not fetched again", async () => {
    const { time, serve, promote, putGate, reads } = setUp();
    await promote(1, artifact(1));
    const { model } = await serve();
    expect(model.gate).toBeUndefined();

    for (const [asOf, gate] of [
      [2, first],
      [3, second],
    ] as const) {
      await promote(1, artifact(1), undefined, await putGate(asOf, gate));
      time.nowMs += 2_000;
      const served = await serve();
      expect(served).toMatchObject({ pointer: { asOf }, degraded: false, coldStart: false });
      expect(served.model.gate?.sha256).toBe(hash(gate));
      expect(served.model.engine).toBe(model.engine);
    }
    expect(reads.filter((key) => key === `artifacts/${hash(artifact(1))}`)).toHaveLength(1);
  });

  test("is fetched once for figures that change behind it", async () => {
    const { time, serve, promote, putGate, reads } = setUp();
    const gate = await putGate(1, first);
    await promote(1, artifact(1), undefined, gate);
    await serve();
    const interval = { value: 0.9, low: 0.8, high: 0.95 };
    const performance = { test: { n: 20, sensitivity: interval, specificity: interval, auc: interval } };

    await promote(1, artifact(1), undefined, { ...gate, asOf: 2, performance });
    time.nowMs += 2_000;

    expect(await serve()).toMatchObject({ pointer: { performance }, degraded: false });
    expect(reads.filter((key) => key.startsWith("artifacts/"))).toHaveLength(2);
  });

  test.each([
    ["whose bytes are damaged", second.map((byte, i) => (i === 40 ? byte ^ 1 : byte)), hash(second)],
    ["that is a model", artifact(9), undefined],
  ])("%s leaves the old pair answering, degraded, also behind a new model", async (_what, bytes, digest) => {
    const { time, serve, promote, putGate, logged, store } = setUp();
    await promote(1, artifact(1), undefined, await putGate(1, first));
    await serve();
    await promote(2, artifact(2), undefined, await putGate(2, bytes, digest));

    time.nowMs += 2_000;
    const served = await serve();

    expect(served).toMatchObject({ pointer: { number: 1 }, degraded: true });
    expect(served.model.gate?.sha256).toBe(hash(first));
    expect([...(await served.model.engine.run(new Float32Array(64))).logits]).toEqual([1]);
    expect(logged).toMatchObject([{ code: "BAD_ARTIFACT" }]);

    if (digest === undefined) return; // no other bytes have its digest
    const there = await store.get(`artifacts/${digest}`);
    await store.replace(`artifacts/${digest}`, second, (there as { etag: string }).etag);
    time.nowMs += 10_000;
    expect(await serve()).toMatchObject({ pointer: { number: 2 }, degraded: false });
  });

  describe("of which the pointer says nothing", () => {
    const hole = new RadliteError("UNAVAILABLE", "the log has a hole");

    test("is the one that the log has, at the first radiograph and later", async () => {
      const { serve, promote, putGate, loseGate, askLog, time } = setUp();
      await promote(1, artifact(1), undefined, await putGate(1, first));
      askLog.mockResolvedValue(await loseGate());

      for (const coldStart of [true, false]) {
        const { model, ...served } = await serve();
        expect(served).toMatchObject({ degraded: false, coldStart });
        expect(model.gate?.sha256).toBe(hash(first));
        time.nowMs += 2_000;
      }
      expect(askLog).toHaveBeenCalledTimes(1);
    });

    test.each([
      ["where the log cannot be read", async () => Promise.reject(hole)],
      ["where the log does not say it either", async <T>(there: T) => there],
    ])("is missed %s: no radiograph is answered without it", async (_where, answer) => {
      const { serve, promote, putGate, loseGate, askLog } = setUp();
      await promote(1, artifact(1), undefined, await putGate(1, first));
      await loseGate();
      askLog.mockImplementation(answer);

      await expect(serve()).rejects.toMatchObject({
        ...{ code: "UNAVAILABLE", reason: "NOT_LOADED", message: expect.stringMatching(/hole|what gate/) },
      });
    });

    test("stays with the pair that answers, degraded while the log cannot be read", async () => {
      const { serve, promote, putGate, loseGate, askLog, time } = setUp();
      await promote(1, artifact(1), undefined, await putGate(1, first));
      await serve();
      const whole = await loseGate();
      askLog.mockRejectedValueOnce(hole);

      for (const degraded of [true, false]) {
        time.nowMs += 2_000;
        const served = await serve();
        expect(served.degraded).toBe(degraded);
        expect(served.model.gate?.sha256).toBe(hash(first));
        askLog.mockResolvedValueOnce(whole);
      }
    });
  });

  test("that is missing when the first radiograph comes is missed by its digest", async () => {
    const { serve, promote, putGate, store } = setUp();
    await promote(1, artifact(1), undefined, await putGate(1, first));
    await store.delete(`artifacts/${hash(first)}`);

    await expect(serve()).rejects.toMatchObject({
      code: "UNAVAILABLE",
      reason: "NOT_LOADED",
      message: expect.stringContaining(hash(first)),
    });
  });
});
