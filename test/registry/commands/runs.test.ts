import { RadliteError } from "@radlite/model/errors";
import { digestOf } from "@radlite/registry/bundle";
import {
  cancelRun,
  claimRun,
  DEFAULT_POLICY,
  finishRun,
  HEARTBEAT_MS,
  heartbeat,
  LOST_AFTER_MS,
  listRuns,
  readRecipe,
  readRunProgress,
  readRunStatus,
  recordEpoch,
  startRun,
} from "@radlite/registry/commands";
import { openRegistry, type Registry, type Run } from "@radlite/registry/log";
import { memoryStore, retrying } from "@radlite/registry/store";
import { describe, expect, test } from "vitest";
import { loseAnswers } from "../store/doubles.ts";
import { keysOf, outcome } from "../store/writes.ts";
import { ADA, BOB, MODEL, openSample, register, SILENT } from "./sample.ts";

const RECIPE = { name: "residual-16k", digest: digestOf("recipe") };

const start = (registry: Registry, more: object = {}): Promise<Run> =>
  startRun(registry, {
    model: MODEL,
    recipe: RECIPE,
    dataset: "kermany",
    executor: "child",
    actor: BOB,
    ...more,
  });

describe("a run", () => {
  test("gets an id that sorts by its start, and lists newest first", async () => {
    const { registry, clock } = await openSample();
    const first = await start(registry);
    clock.now += 1_000;
    const second = await start(registry);
    expect(first.id).toMatch(/^20261124t080000-[0-9a-f]{8}$/);
    expect(second.id).toMatch(/^20261124t080001-[0-9a-f]{8}$/);
    expect(first).toMatchObject({
      model: MODEL,
      recipe: RECIPE,
      dataset: "kermany",
      executor: "child",
      startedBy: "bob",
    });
    expect(listRuns(registry.state).edges.map(({ node }) => node.id)).toEqual([second.id, first.id]);
    expect(listRuns(registry.state, { model: "hand" }).totalCount).toBe(0);
  });

  test("keeps the text of its recipe from its start, and no other text for it", async () => {
    const { registry } = await openSample();
    const input = { model: MODEL, recipe: RECIPE, dataset: "kermany", executor: "child", actor: BOB };

    await expect(startRun(registry, input, { recipeText: "another" })).rejects.toMatchObject({
      code: "BAD_INPUT",
      message: expect.stringContaining(RECIPE.digest),
    });
    expect(registry.state.runs.size).toBe(0);
    await startRun(registry, input, { recipeText: "recipe" });

    expect(await readRecipe(registry.store, RECIPE.digest)).toBe("recipe");
  });

  test("started twice with one key is one run", async () => {
    const { registry } = await openSample();
    const runs = await Promise.all([1, 2, 3].map(() => start(registry, { idempotencyKey: "nightly" })));
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
    expect(registry.state.runs.size).toBe(1);
  });

  test("is started by one of those that would, also when an answer is lost", async () => {
    const { registry, store } = await openSample();
    const { id: runId } = await start(registry);
    const unsure = await openRegistry({ store: loseAnswers(store, { keys: /claim/ }), logger: SILENT });

    const claims = [await claimRun(unsure, { runId })];
    claims.push(...(await Promise.all([1, 2, 3].map(() => claimRun(registry, { runId })))));

    expect(claims).toEqual([true, false, false, false]);
  });

  test("begins only when it is admitted, which one that is repeated with its key need not be", async () => {
    const { registry } = await openSample();
    const input = {
      model: MODEL,
      recipe: RECIPE,
      dataset: "kermany",
      executor: "child",
      actor: BOB,
      idempotencyKey: "nightly",
    };
    const full = () => {
      throw new RadliteError("UNAVAILABLE", "no place");
    };
    expect(await outcome(startRun(registry, input, { admit: full }))).toBe("UNAVAILABLE");
    expect(registry.state.runs.size).toBe(0);

    const { id } = await startRun(registry, input);

    expect((await startRun(registry, input, { admit: full })).id).toBe(id);
  });

  test("creates its model where its starter may, and is refused at once where not", async () => {
    const { registry } = await openSample();
    const trainer = { name: "carol", role: "trainer" } as const;

    await expect(start(registry, { model: "hands", actor: trainer })).rejects.toMatchObject({
      code: "REFUSED",
      message: "Model hands is not there yet, and creating it takes the role approver; carol has trainer.",
    });
    expect(registry.state.runs.size).toBe(0);
    const run = await start(registry, { model: "hands" });

    expect(run.model).toBe("hands");
    expect(registry.state.models.get("hands")?.policies).toMatchObject([DEFAULT_POLICY]);
  });

  test("keeps its outcome: the same again is nothing new, another one a conflict", async () => {
    const { registry, store } = await openSample();
    const { id } = await start(registry);
    const version = await register(registry, { seed: 1, runId: id });
    const finished = await finishRun(registry, {
      runId: id,
      outcome: "SUCCEEDED",
      version: version.id,
      actor: BOB,
    });
    expect(finished).toMatchObject({
      outcome: "SUCCEEDED",
      version: "chest-xray@1",
      finishedAt: "2026-11-24T08:00:00.000Z",
    });
    const commits = (await keysOf(store, "log/")).length;
    expect(await finishRun(registry, { runId: id, outcome: "SUCCEEDED", actor: BOB })).toEqual(finished);
    expect(await keysOf(store, "log/")).toHaveLength(commits);
    await expect(finishRun(registry, { runId: id, outcome: "FAILED", actor: BOB })).rejects.toThrow(
      `run ${id} has ended as SUCCEEDED, it cannot end as FAILED`,
    );
    expect(version.runId).toBe(id);
  });

  test("cannot end with a version of another model, and an unknown one not at all", async () => {
    const { registry } = await openSample();
    const { id } = await start(registry);
    const end = (version: string) =>
      outcome(finishRun(registry, { runId: id, outcome: "SUCCEEDED", version, actor: BOB }));
    expect(await end("hand@1")).toBe("BAD_INPUT");
    for (const number of ["one", "1e0", "01", " 1", "0x1", "0"])
      expect([number, await end(`chest-xray@${number}`)]).toEqual([number, "BAD_INPUT"]);
    expect(await outcome(finishRun(registry, { runId: "nobody", outcome: "FAILED", actor: BOB }))).toBe(
      "NOT_FOUND",
    );
  });
});

describe("its heartbeat", () => {
  test("keeps it RUNNING; without one for a minute it is LOST; beating again it is RUNNING again", async () => {
    const { registry, clock } = await openSample();
    const run = await start(registry);
    clock.now += LOST_AFTER_MS;
    expect(await readRunStatus(registry, run)).toBe("RUNNING");
    clock.now += 1;
    expect(await readRunStatus(registry, run)).toBe("LOST");
    await heartbeat(registry, { runId: run.id });
    for (let beats = 0; beats < 10; beats++) {
      clock.now += HEARTBEAT_MS;
      await heartbeat(registry, { runId: run.id });
      expect(await readRunStatus(registry, run)).toBe("RUNNING");
    }
    clock.now += LOST_AFTER_MS + 1;
    expect(await readRunStatus(registry, run)).toBe("LOST");
    const failed = await finishRun(registry, {
      runId: run.id,
      outcome: "FAILED",
      message: "out of memory",
      actor: BOB,
    });
    expect(await readRunStatus(registry, failed)).toBe("FAILED");
  });

  test("ahead of the clock says nothing: the run is LOST, as is one that started ahead and never beat", async () => {
    const { registry, clock } = await openSample();
    const run = await start(registry);
    clock.now -= 5_001; // more than two right clocks may differ
    expect(await readRunStatus(registry, run)).toBe("LOST");
    clock.now += 5_001 + 3_600_000;
    await heartbeat(registry, { runId: run.id });
    clock.now -= 3_600_000;
    expect((await readRunProgress(registry, run)).status).toBe("LOST");
    await heartbeat(registry, { runId: run.id });
    expect(await readRunStatus(registry, run)).toBe("RUNNING");
  });

  test("LOST is never written down", async () => {
    const { registry, clock, store } = await openSample();
    const run = await start(registry);
    const before = await keysOf(store, "");
    clock.now += 10 * LOST_AFTER_MS;
    expect(await readRunStatus(registry, run)).toBe("LOST");
    expect(await keysOf(store, "")).toEqual(before);
    expect((await registry.refresh()).runs.get(run.id)).not.toHaveProperty("outcome");
  });

  test("beats through lost answers", async () => {
    const store = memoryStore();
    const lossy = retrying(loseAnswers(store, { keys: /heartbeat/, times: 2 }), { firstWaitMs: 1 });
    const { registry, clock } = await openSample(lossy);
    const run = await start(registry);
    for (let i = 0; i < 3; i++) {
      clock.now += HEARTBEAT_MS;
      expect(await heartbeat(registry, { runId: run.id })).toEqual({ cancelRequested: false });
      const { heartbeatAt } = await readRunProgress(registry, run);
      expect(heartbeatAt).toBe(new Date(clock.now).toISOString());
    }
    expect(await keysOf(store, `runs/${run.id}/`)).toEqual([`runs/${run.id}/heartbeat.json`]);
  });
});

describe("its epochs", () => {
  test("are read back in order, and one that is repeated by a resumed run stays as it was", async () => {
    const { registry, clock } = await openSample();
    const run = await start(registry);
    for (const epoch of [1, 2, 10, 3]) {
      await recordEpoch(registry, { runId: run.id, epoch, epochs: 12, figures: { trainingLoss: 1 / epoch } });
      clock.now += 1_000;
    }
    await recordEpoch(registry, { runId: run.id, epoch: 2, epochs: 12, figures: { trainingLoss: 99 } });
    await heartbeat(registry, { runId: run.id });
    expect(await readRunProgress(registry, run)).toEqual({
      status: "RUNNING",
      heartbeatAt: "2026-11-24T08:00:04.000Z",
      cancelRequested: false,
      epochs: [
        [1, 0],
        [2, 1],
        [3, 3],
        [10, 2],
      ].map(([epoch, second]) => ({
        formatVersion: 1,
        epoch,
        epochs: 12,
        at: `2026-11-24T08:00:0${second}.000Z`,
        figures: { trainingLoss: 1 / epoch! },
      })),
    });
  });

  test.each([0, 1.5, 13, Number.NaN])("number %d of 12 is none", async (epoch) => {
    const { registry } = await openSample();
    expect(await outcome(recordEpoch(registry, { runId: "r", epoch, epochs: 12, figures: {} }))).toBe(
      "BAD_INPUT",
    );
  });

  test("a figure that is not finite is named", async () => {
    const { registry } = await openSample();
    const figures = { trainingLoss: Number.NaN };
    await expect(recordEpoch(registry, { runId: "r", epoch: 1, epochs: 1, figures })).rejects.toThrow(
      /trainingLoss NaN/,
    );
  });
});

describe("cancelling", () => {
  test("asks a living run, which learns it with its next heartbeat and ends by itself", async () => {
    const { registry } = await openSample();
    const run = await start(registry);
    await heartbeat(registry, { runId: run.id });
    expect(await cancelRun(registry, { runId: run.id, reason: "wrong data", actor: ADA })).not.toHaveProperty(
      "outcome",
    );
    await cancelRun(registry, { runId: run.id, actor: ADA });
    expect(await heartbeat(registry, { runId: run.id })).toEqual({ cancelRequested: true });
    expect((await readRunProgress(registry, run)).cancelRequested).toBe(true);
    await finishRun(registry, { runId: run.id, outcome: "CANCELLED", actor: BOB });
    expect(registry.state.runs.get(run.id)?.outcome).toBe("CANCELLED");
  });

  test("ends a lost run at once, and leaves one that has ended alone", async () => {
    const { registry, clock } = await openSample();
    const lost = await start(registry);
    clock.now += LOST_AFTER_MS + 1;
    expect(await cancelRun(registry, { runId: lost.id, actor: ADA })).toMatchObject({
      outcome: "CANCELLED",
      message: "cancelled by ada after its heartbeat was lost",
    });
    const done = await start(registry);
    await finishRun(registry, { runId: done.id, outcome: "SUCCEEDED", actor: BOB });
    expect(await cancelRun(registry, { runId: done.id, actor: ADA })).toMatchObject({ outcome: "SUCCEEDED" });
    expect(await outcome(cancelRun(registry, { runId: "nobody", actor: ADA }))).toBe("NOT_FOUND");
  });
});
