import {
  collectGarbage,
  fsck,
  isAudited,
  listPredictions,
  type Prediction,
  recordPredictions,
  toPrediction,
  uploadArtifact,
} from "@radlite/registry/commands";
import { memoryStore, type ObjectStore } from "@radlite/registry/store";
import { expect, test } from "vitest";
import { bytesOf, keysOf } from "../store/writes.ts";
import { ADA } from "./sample.ts";

const hex = (digit: string) => digit.repeat(64);
const prediction = (at: string, given: Partial<Prediction> = {}): Prediction => ({
  formatVersion: 1,
  ...{ requestId: "request-1", at, actor: { name: "ada", role: "caller" } },
  ...{ input: hex("1"), artifact: hex("2"), gate: hex("3"), verdict: "NORMAL", probability: 0.25 },
  ...given,
});

async function listAll(store: ObjectStore, days = {}): Promise<string[]> {
  const times: string[] = [];
  for await (const { key, predictions } of listPredictions(store, days))
    times.push(...(predictions?.map(({ at }) => at) ?? [`damaged: ${key}`]));
  return times;
}

test("an answer leaves its digests, verdict, time and actor, and nothing else of it", () => {
  const answer = {
    ...{ verdict: "PNEUMONIA" as const, probability: 0.75, file: "Mrs Smith.dcm", explanation: { png: "…" } },
    applicability: { status: "INSIDE", gate: { sha256: hex("3"), bytes: 494 } },
    model: { name: "chest-xray", version: 3, sha256: hex("2") },
    input: { sha256: hex("1"), kind: "dicom", width: 1, height: 1 },
  };
  const at = new Date("2026-11-30T10:00:00.000Z");
  expect(toPrediction(answer, { requestId: "r", actor: ADA, at })).toEqual({
    formatVersion: 1,
    ...{ requestId: "r", at: "2026-11-30T10:00:00.000Z", actor: { name: ADA.name, role: ADA.role } },
    ...{ input: hex("1"), artifact: hex("2"), gate: hex("3"), verdict: "PNEUMONIA", probability: 0.75 },
  });
});

test("predictions lie by day, are listed by range, and are written once", async () => {
  const store = memoryStore();
  const times = ["2026-11-28T23:59:59.999Z", "2026-11-29T00:00:00.000Z", "2026-11-30T12:00:00.000Z"];
  await recordPredictions(store, "run-0", [prediction(times[0]!), prediction(times[1]!)]);
  await recordPredictions(store, "run-1", [prediction(times[2]!)]);
  await recordPredictions(store, "run-1", [prediction(times[2]!, { probability: 1 })]); // stays as it was

  expect(await keysOf(store, "predictions/")).toEqual([
    "predictions/2026-11-28/run-0.jsonl",
    "predictions/2026-11-29/run-0.jsonl",
    "predictions/2026-11-30/run-1.jsonl",
  ]);
  expect(await listAll(store)).toEqual(times);
  expect(await listAll(store, { from: "2026-11-29" })).toEqual(times.slice(1));
  expect(await listAll(store, { to: "2026-11-28" })).toEqual(times.slice(0, 1));
  expect(await listAll(store, { from: "2026-11-29", to: "2026-11-29" })).toEqual(times.slice(1, 2));
});

test("many objects come in order, whatever order they are read in", async () => {
  const store = memoryStore();
  const times = Array.from(
    { length: 70 },
    (_, at) => `2026-11-30T10:${String(at % 60).padStart(2, "0")}:00.000Z`,
  );
  for (const [at, time] of times.entries())
    await recordPredictions(store, `run-${String(at).padStart(3, "0")}`, [prediction(time)]);
  expect(await listAll(store)).toEqual(times);
});

test("fsck counts predictions, and names what is none of them and none of the scores", async () => {
  const store = memoryStore();
  await recordPredictions(store, "r", [prediction("2026-11-30T12:00:00.000Z")]);
  await store.create("predictions/2026-11-30/cut.jsonl", bytesOf('{"formatVersion":1'));
  await store.create("predictions/notes.txt", bytesOf("\n"));
  await store.create("scores/2026-11-30/0123456789ab-message.jsonl", bytesOf("{}\n"));
  await store.create("scores/notes.txt", bytesOf("\n"));

  const { predictions, problems } = await fsck(store);

  expect(predictions).toBe(1);
  expect(problems.map(({ kind, key }) => [kind, key])).toEqual([
    ["DAMAGED_PREDICTION", "predictions/2026-11-30/cut.jsonl"],
    ["DAMAGED_PREDICTION", "predictions/notes.txt"],
    ["FOREIGN_KEY", "scores/notes.txt"],
  ]);
});

test("gc keeps predictions, scores, and the models and gates that there are predictions of", async () => {
  const store = memoryStore();
  const [model, gate, other] = await Promise.all(
    ["model", "gate", "other"].map((name) => uploadArtifact(store, bytesOf(name))),
  );
  const named = { artifact: model!, gate: gate! };
  await recordPredictions(store, "r", [prediction("2026-11-30T12:00:00.000Z", named)]);
  await store.create("scores/2026-11-30/0123456789ab-message.jsonl", bytesOf("{}\n"));

  const { removed } = await collectGarbage(store, { actor: ADA, graceMs: 0 });

  expect(removed.map(({ key }) => key)).toEqual([`artifacts/${other}`]);
  expect(await keysOf(store, "")).toHaveLength(4);
  expect((await fsck(store)).problems).toEqual([]);
});

test("the setting is on, off or an error, never off by a slip", () => {
  const read = (setting?: string) =>
    isAudited(setting === undefined ? {} : { RADLITE_AUDIT_PREDICTIONS: setting });
  expect([read(), read(""), read("off"), read("on"), read("true")]).toEqual([
    false,
    false,
    false,
    true,
    true,
  ]);
  expect(() => read("yes please")).toThrow(
    expect.objectContaining({ code: "UNAVAILABLE", reason: "SETTINGS" }),
  );
});
