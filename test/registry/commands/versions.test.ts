import { open } from "@radlite/model/format";
import { digestOf, type Evaluation } from "@radlite/registry/bundle";
import {
  fsck,
  metricsOf,
  readArtifact,
  readEvaluation,
  readVersionFacts,
  recordEvaluation,
  registerVersion,
  uploadArtifact,
} from "@radlite/registry/commands";
import { describe, expect, test } from "vitest";
import { keysOf } from "../store/writes.ts";
import { ADA, makeSample, openSample, register, registerChanged, type Sample } from "./sample.ts";

const firstEvaluation = (sample: Sample): Evaluation => sample.evaluations[0]!;

describe("a registered version", () => {
  test("has size, parameters and macs of its bytes, and figures of its cases", async () => {
    const { registry } = await openSample();
    const sample = makeSample({ seed: 1, missed: 10, falseAlarms: 30, sets: ["validation", "test"] });
    await uploadArtifact(registry.store, sample.bytes);
    const version = await registerVersion(registry, { ...sample, actor: ADA });

    expect(version).toMatchObject({
      id: "chest-xray@1",
      artifact: sample.artifact,
      sizeBytes: sample.bytes.length,
      parameters: 2, // one weight, one bias
      macs: 1,
      recipe: "tiny",
      stageNames: ["cluster"],
      operatingPoint: { temperature: 1.5, threshold: 0.5, thresholdRule: "sensitivity:0.95" },
      createdAt: "2026-11-24T08:00:00.000Z",
      createdBy: "ada",
    });
    const metrics = metricsOf(version, "validation")!;
    expect(metrics).toMatchObject({
      n: 300,
      threshold: 0.5,
      thresholdRule: "sensitivity:0.95",
      latencyMs: 1.235,
    });
    expect(metrics.sensitivity.value).toBe(190 / 200);
    expect(metrics.sensitivity.low).toBeCloseTo(0.910422, 6); // Wilson, 190 of 200
    expect(metrics.sensitivity.high).toBeCloseTo(0.972617, 6);
    expect(metrics.specificity.value).toBe(70 / 100);
    expect(metrics.specificity.low).toBeCloseTo(0.604151, 6); // Wilson, 70 of 100
    expect(metrics.accuracy.value).toBe(260 / 300);
    // P(ill > well): 190 at 0.9 beat all 100; 10 at 0.3 beat the 70 at 0.1 and lose to the 30 at 0.8
    expect(metrics.auc.value).toBe((190 * 100 + 10 * 70) / (200 * 100));
    expect(metrics.auc.low).toBeLessThan(metrics.auc.value);
    expect(metricsOf(version, "test")?.images).not.toBe(metrics.images);
  });

  test("keeps the shape that its event has always had: a review band stays in the artifact", async () => {
    const { registry, store } = await openSample();
    const sample = makeSample({ seed: 1, review: { coverage: 0.95, halfWidth: 1 } });
    await uploadArtifact(store, sample.bytes);
    const version = await registerVersion(registry, { ...sample, actor: ADA });

    const { operatingPoint } = await readVersionFacts(registry, version);

    expect(Object.keys(operatingPoint!).sort()).toEqual(
      ["temperature", "threshold", "thresholdRule", "validation", "validationAuc"].sort(),
    );
    expect(open(await readArtifact(store, version.artifact)).calibration?.review).toEqual({
      coverage: 0.95,
      halfWidth: 1,
    });
  });

  test("is one commit with its evaluations; facts and cases are read back from there", async () => {
    const { registry, store } = await openSample();
    const sample = makeSample({
      seed: 1,
      missed: 2,
      facts: { parent: digestOf("parent"), tags: { family: "tiny" } },
    });
    await uploadArtifact(store, sample.bytes);
    const version = await registerVersion(registry, { ...sample, actor: ADA });

    expect(await keysOf(store, "log/")).toHaveLength(2);
    expect(version).toMatchObject({ parent: digestOf("parent"), tags: { family: "tiny" } });
    expect(await readVersionFacts(registry, version)).toMatchObject({
      kind: "VersionRegistered",
      stages: sample.facts.stages,
      trainedOn: sample.facts.trainedOn,
      seed: 1,
      operatingPoint: {
        validation: { truePositives: 198, falseNegatives: 2, trueNegatives: 100, falsePositives: 0 },
      },
    });
    expect(await readEvaluation(registry, version, "validation")).toEqual(firstEvaluation(sample));
    expect(await readEvaluation(registry, version, "test")).toBeUndefined();
    expect(await readArtifact(store, version.artifact)).toEqual(sample.bytes);
  });

  test("an artifact is registered once in a model, by however many at once", async () => {
    const { registry } = await openSample();
    const again = await Promise.all([1, 2, 3, 4].map(() => register(registry, { seed: 5 })));
    expect(again.map(({ id }) => id)).toEqual(Array(4).fill("chest-xray@1"));
    expect((await register(registry, { seed: 6 })).id).toBe("chest-xray@2");
    expect((await register(registry, { seed: 5 })).id).toBe("chest-xray@1");
    expect(registry.state.models.get("chest-xray")?.versions).toHaveLength(2);
  });

  test("registered again with an evaluation on a set that it lacked, gets it; those that it has stay", async () => {
    const { registry, store } = await openSample();
    await register(registry, { seed: 5, sets: ["validation"] });
    const again = await register(registry, { seed: 5, sets: ["validation", "test"] });
    expect(again.id).toBe("chest-xray@1");
    expect(again.evaluations.get("test")?.logNumber).toBe(3); // after the model and the version
    expect(again.evaluations.get("validation")?.logNumber).toBe(2);
    await register(registry, { seed: 5, sets: ["validation", "test"] });
    expect(await keysOf(store, "log/")).toHaveLength(3);
  });

  test("an unsealed artifact is registered without an operating point, and without evaluations only", async () => {
    const { registry } = await openSample();
    const version = await register(registry, { seed: 1, isSealed: false, sets: [] });
    expect(version).not.toHaveProperty("operatingPoint");
    const evaluated = makeSample({ seed: 2, isSealed: false });
    await expect(registerChanged(registry, evaluated, () => undefined)).rejects.toThrow(/is not sealed/);
  });
});

describe("recordEvaluation", () => {
  test("adds the test set later; the version keeps its number and gets the figures", async () => {
    const { registry } = await openSample();
    const version = await register(registry, { seed: 1, missed: 4 });
    const { evaluations } = makeSample({ seed: 1, missed: 4, falseAlarms: 50, sets: ["test"] });
    const onTest = evaluations[0]!;
    onTest.artifact = version.artifact;
    const evaluated = await recordEvaluation(registry, {
      version: version.id,
      evaluation: onTest,
      actor: ADA,
    });
    expect(metricsOf(evaluated, "test")?.specificity.value).toBe(0.5);
    expect(metricsOf(evaluated, "validation")?.specificity.value).toBe(1);
    expect(await readEvaluation(registry, evaluated, "test")).toEqual(onTest);
  });

  test("with a key it happens once", async () => {
    const { registry, store } = await openSample();
    const version = await register(registry, { seed: 1, sets: [] });
    const evaluation = makeSample({ seed: 1 }).evaluations[0]!;
    const input = { version: version.id, evaluation, actor: ADA, idempotencyKey: "once" };
    for (let i = 0; i < 3; i++) await recordEvaluation(registry, input);
    expect(await keysOf(store, "log/")).toHaveLength(3); // model, version, evaluation
    expect((await fsck(store)).problems).toEqual([]);
  });
});
