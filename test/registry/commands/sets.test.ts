/** Evaluation sets by name: who defines them, what is known of them, and what is done where a name is not known. */
import {
  digestCases,
  digestOf,
  type Evaluation,
  type EvaluationCase,
  STANDARD_SETS,
} from "@radlite/registry/bundle";
import {
  compareVersions,
  createModel,
  type DefineEvaluationSetInput,
  defineEvaluationSet,
  listSets,
  listVersions,
  metricsOf,
  readEvaluation,
  readFront,
  recordEvaluation,
  registerVersion,
  requireSet,
  setPolicy,
  uploadArtifact,
} from "@radlite/registry/commands";
import { openRegistry, readCommit } from "@radlite/registry/log";
import { describe, expect, test } from "vitest";
import { policyOn } from "../policies.ts";
import { keysOf } from "../store/writes.ts";
import { ADA, BOB, MODEL, makeSample, openSample, register, type Sample, SILENT } from "./sample.ts";

const NIH: DefineEvaluationSetInput = {
  ...{ model: MODEL, name: "nih-adult", role: "EXTERNAL", actor: BOB },
  ...{ description: "ChestX-ray14, frontal", population: "adults of one hospital" },
};

const namesOf = (sets: { name: string }[]) => sets.map(({ name }) => name);

test("a model has the standard sets and those that were defined, each in its latest words", async () => {
  const { registry } = await openSample();
  expect(listSets(registry.state.models.get(MODEL)!)).toEqual(STANDARD_SETS);

  await defineEvaluationSet(registry, NIH);
  await defineEvaluationSet(registry, { ...NIH, name: "a-clinic" });
  const renamed = await defineEvaluationSet(registry, { ...NIH, role: "TEST", description: "held out" });
  const own = { ...NIH, name: "validation", role: "TUNING", description: "of ours" } as const;
  await defineEvaluationSet(registry, own);

  const sets = listSets(registry.state.models.get(MODEL)!);
  expect(namesOf(sets)).toEqual(["validation", "test", "stress", "a-clinic", "nih-adult"]);
  expect(renamed).toEqual({ ...sets[4], role: "TEST", description: "held out" });
  expect(sets[0]).toMatchObject({ role: "TUNING", description: "of ours" });
  expect(requireSet(registry.state, "nih-adult")).toEqual(renamed);
});

test("the same record again is no event, nor is one repeated with its key", async () => {
  const { registry } = await openSample();
  await defineEvaluationSet(registry, { ...NIH, idempotencyKey: "k" });
  const { logNumber } = registry.state;
  await defineEvaluationSet(registry, NIH);
  await defineEvaluationSet(registry, { ...NIH, idempotencyKey: "k" });
  expect(registry.state.logNumber).toBe(logNumber);
});

test.each([
  [{ name: "NIH" }, /"NIH" is no name of an evaluation set: expected 1 to 40 lower-case letters/],
  [{ name: "a".repeat(41) }, /is no name/],
  [{ name: "" }, /is no name/],
  [{ name: "version" }, /not version, whose file a bundle needs/],
  [{ name: "../test" }, /is no name/],
  [{ role: "OTHER" as "TEST" }, /role of nih-adult is "OTHER", expected TUNING, TEST, EXTERNAL, STRESS/],
  [{ name: "test" }, /test is TEST in every model, not EXTERNAL/],
  [{ population: "x".repeat(2_001) }, /population of nih-adult has 2001 characters/],
])("%j is refused", async (change, message) => {
  const { registry } = await openSample();
  await expect(defineEvaluationSet(registry, { ...NIH, ...change })).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(message),
  });
});

test("a set of a model that is not there is NOT_FOUND", async () => {
  const { registry } = await openSample();
  await expect(defineEvaluationSet(registry, { ...NIH, model: "hand" })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test("a version is evaluated on any set that its model knows, through snapshot and log alike", async () => {
  const { registry, store } = await openSample();
  await defineEvaluationSet(registry, NIH);
  const sample = makeSample({ seed: 1, missed: 100, sets: ["nih-adult"] });
  const version = await register(registry, { seed: 1 });
  const [evaluation] = sample.evaluations;

  const evaluated = await recordEvaluation(registry, {
    ...{ version: version.id, actor: BOB },
    evaluation: { ...evaluation!, artifact: version.artifact },
  });

  expect(metricsOf(evaluated, "nih-adult")).toMatchObject({ set: "nih-adult", sensitivity: { value: 0.5 } });
  expect((await readEvaluation(registry, evaluated, "nih-adult"))!.cases).toEqual(evaluation!.cases);
  expect(
    listVersions(registry.state, { metricsOn: "nih-adult", filter: { sensitivity: { lte: 0.6 } } })
      .totalCount,
  ).toBe(1);
  expect((await readFront(registry, { on: "nih-adult", by: "bytes" })).rows).toHaveLength(1);
  const { events } = (await readCommit(store, registry.state.logNumber))!;
  expect(events[0]).toMatchObject({ kind: "EvaluationRecorded", eventVersion: 2, set: "nih-adult" });
  expect((await openRegistry({ store, logger: SILENT })).state).toEqual(registry.state);
});

test("a set and its images are recorded once: the second evaluation leaves nothing behind", async () => {
  const { registry, store } = await openSample();
  const version = await register(registry, { seed: 1, sets: ["validation", "test"] });
  const { logNumber } = registry.state;
  const before = await keysOf(store, "evaluations/");
  const again = makeSample({ seed: 1, sets: ["test"] }).evaluations[0]!;

  const answer = await recordEvaluation(registry, {
    ...{ version: version.id, actor: BOB, evaluation: { ...again, latencyMs: 9 } },
  });

  expect(answer.evaluations.get("test")).toEqual(version.evaluations.get("test"));
  expect(registry.state.logNumber).toBe(logNumber);
  expect(await keysOf(store, "evaluations/")).toEqual(before);
  const other = makeSample({ seed: 1, sets: ["test"], otherImages: true }).evaluations[0]!;
  const moved = await recordEvaluation(registry, { version: version.id, actor: BOB, evaluation: other });
  expect(moved.evaluations.get("test")!.images).toBe(other.images);
});

test("a name that the model does not know is an error that lists those it knows, wherever it is named", async () => {
  const { registry } = await openSample();
  const version = await register(registry, { seed: 1 });
  await register(registry, { seed: 2 });
  await createModel(registry, { name: "hand", description: "", actor: ADA });
  await defineEvaluationSet(registry, { ...NIH, model: "hand" });
  const on = "nih-adult";
  const sample = makeSample({ seed: 3, sets: [on] });
  const unknown = {
    code: "BAD_INPUT",
    message: expect.stringMatching(/evaluation set nih-adult; there are: validation, test, stress$/),
  };

  await expect(
    recordEvaluation(registry, { version: version.id, actor: BOB, evaluation: sample.evaluations[0]! }),
  ).rejects.toMatchObject(unknown);
  await expect(
    registerVersion(registry, { ...sample, actor: BOB, evaluations: sample.evaluations }),
  ).rejects.toMatchObject(unknown);
  await expect(readFront(registry, { on, by: "bytes", model: MODEL })).rejects.toMatchObject(unknown);
  await expect(
    compareVersions(registry, { versions: [`${MODEL}@1`, `${MODEL}@2`], on }),
  ).rejects.toMatchObject(unknown);
  const policy = policyOn(on, { auc: 0.9 });
  await expect(setPolicy(registry, { model: MODEL, policy, actor: ADA })).rejects.toMatchObject(unknown);
  expect(() => requireSet(registry.state, "constructor", MODEL)).toThrow(/has no evaluation set constructor/);
  expect(() => listVersions(registry.state, { metricsOn: "nih" })).toThrow(
    /no model has an evaluation set nih; there are: validation, test, stress, nih-adult$/,
  );
  expect(listVersions(registry.state, { metricsOn: on }).totalCount).toBe(2); // the other model knows it
});

describe("stress is validation under every change of its list", () => {
  const stressOf = (sample: Sample) => sample.evaluations.find(({ set }) => set === "stress")!;
  const under =
    (...names: (string | undefined)[]) =>
    (one: EvaluationCase) =>
      names.includes(one.change);
  const refusals: [string, RegExp, (stress: Evaluation) => Evaluation][] = [
    [
      "validation as it is",
      /expected changes of the list 303b01.*, got no changes. "radlite evaluate MODEL --data DIR --stress" makes it/,
      ({ changes: _, cases, ...rest }) => ({
        ...rest,
        cases: cases.filter(under("noise")).map(({ change: _change, ...one }) => one),
      }),
    ],
    [
      "the harmless ones alone",
      /expected the changes width-x-0-8, .*, each of them, got noise, blurred of the list ba16d2/,
      ({ cases, ...rest }) => ({
        ...rest,
        cases: ["noise", "blurred"].flatMap((name) => cases.filter(under(name))),
      }),
    ],
    [
      "a list of somebody's own",
      /expected changes of the list 303b01.* or ba16d2.*, got width-x-0-8, .*, white-border of the list 0+/,
      (stress) => ({ ...stress, changes: "0".repeat(64) }),
    ],
    [
      "other radiographs than those of validation",
      /stress: images is [0-9a-f]{64}, but its validation says [0-9a-f]{64}/,
      ({ cases, ...rest }) => {
        const others = cases.map((one) => ({ ...one, sha256: digestOf(one.sha256) }));
        return { ...rest, cases: others, images: digestCases(others) };
      },
    ],
    [
      "a radiograph that shows something else under one change",
      /radiograph [0-9a-f]{64} is NORMAL under the change noise, but PNEUMONIA elsewhere: expected one label/,
      ({ cases, ...rest }) => {
        const [first] = cases.filter(under("noise"));
        return {
          ...rest,
          cases: cases.map((one) => (one === first ? { ...one, label: "NORMAL" as const } : one)),
        };
      },
    ],
  ];

  test.each(refusals)("not %s, recorded or registered", async (_, message, change) => {
    const { registry, store } = await openSample();
    const version = await register(registry, { seed: 1, sets: ["validation"] });
    const evaluation = change(stressOf(makeSample({ seed: 1, sets: ["validation", "stress"] })));
    const sample = makeSample({ seed: 2, sets: ["validation", "stress"] });
    sample.evaluations = sample.evaluations.map((one) => (one.set === "stress" ? change(one) : one));
    await uploadArtifact(store, sample.bytes);
    const before = await keysOf(store, "evaluations/");

    const refused = { code: "BAD_INPUT", message: expect.stringMatching(message) };
    await expect(
      recordEvaluation(registry, { version: version.id, actor: BOB, evaluation }),
    ).rejects.toMatchObject(refused);
    await expect(registerVersion(registry, { ...sample, actor: BOB })).rejects.toMatchObject(refused);
    expect(await keysOf(store, "evaluations/")).toEqual(before);
  });

  test("nor where there is no validation; after it or beside it, it is taken", async () => {
    const { registry } = await openSample();
    const version = await register(registry, { seed: 1, sets: [] });
    const [validation, stress] = makeSample({ seed: 1, sets: ["validation", "stress"] }).evaluations;
    const record = (evaluation: Evaluation) =>
      recordEvaluation(registry, { version: version.id, actor: BOB, evaluation });

    await expect(record(stress!)).rejects.toThrow(/expected one on validation before it or beside it/);
    await record(validation!);
    expect((await record(stress!)).evaluations.get("stress")?.changed?.count).toBe(11);
  });
});
