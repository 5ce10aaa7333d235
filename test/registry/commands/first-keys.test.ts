/** Keys of requests that the first release wrote, which stood on its events alone. */
import { promote, rollback, startRun } from "@radlite/registry/commands";
import { encodeCommit, makeCommit, openRegistry, type StoredEvent } from "@radlite/registry/log";
import { memoryStore, type ObjectStore } from "@radlite/registry/store";
import { describe, expect, test } from "vitest";
import { hash, modelCreated, versionRegistered } from "../log/sample-events.ts";
import { outcome } from "../store/writes.ts";
import { ADA, MODEL, SILENT } from "./sample.ts";

describe("keys of the first release, which stood on the events alone", () => {
  const OLD = { at: "2026-11-24T08:00:00.000Z", actor: ADA };

  /** Version 1 promoted with the key "old", in a log as the first release wrote it. */
  async function makeOldLog(): Promise<ObjectStore> {
    const store = memoryStore();
    const moved = {
      ...OLD,
      kind: "AliasMoved",
      eventVersion: 1,
      model: MODEL,
      alias: "production",
      idempotencyKey: "old",
    };
    const promotion = {
      ...moved,
      from: null,
      to: 1,
      movement: "promotion",
      reason: "r",
      forced: false,
      failedRules: [],
    };
    const started = {
      ...OLD,
      kind: "RunStarted",
      eventVersion: 1,
      runId: "r1",
      model: MODEL,
      idempotencyKey: "run",
    };
    const groups: StoredEvent[][] = [
      [modelCreated(MODEL, { idempotencyKey: "model" })],
      [versionRegistered(1), versionRegistered(2, { artifact: hash(0xa02) })],
      [promotion],
      [
        {
          ...started,
          recipe: { name: "r", digest: hash(1) },
          dataset: "d",
          executor: "child",
        } as StoredEvent,
      ],
    ];
    for (const [i, events] of groups.entries()) {
      const key = `log/${String(i + 1).padStart(20, "0")}.json`;
      await store.create(key, encodeCommit(makeCommit(i + 1, `id-${i}`, events)));
    }
    return store;
  }

  test("are answered from the log, and refused to other requests", async () => {
    const registry = await openRegistry({ store: await makeOldLog(), logger: SILENT });
    const input = { version: "chest-xray@1", reason: "r", actor: ADA, idempotencyKey: "old" };
    expect(await promote(registry, input)).toMatchObject({
      kind: "promoted",
      promotion: { ordinal: 1, to: 1 },
    });
    expect(await outcome(promote(registry, { ...input, version: "chest-xray@2" }))).toBe("BAD_INPUT");
    expect(
      await outcome(rollback(registry, { model: MODEL, reason: "r", actor: ADA, idempotencyKey: "old" })),
    ).toBe("BAD_INPUT");
    const run = {
      model: MODEL,
      recipe: { name: "r", digest: hash(1) },
      dataset: "d",
      executor: "child",
      actor: ADA,
    };
    expect((await startRun(registry, { ...run, idempotencyKey: "run" })).id).toBe("r1");
    expect(registry.state.logNumber).toBe(4);
  });
});
