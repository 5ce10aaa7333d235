import { open } from "@radlite/model/format";
import { digestImages, digestOf, type Evaluation } from "@radlite/registry/bundle";
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
import type { Registry } from "@radlite/registry/log";
import { describe, expect, test } from "vitest";
import { bytesOf, keysOf, outcome } from "../store/writes.ts";
import { ADA, makeSample, openSample, register, type Sample } from "./sample.ts";

/** Registers a sample after a change to it; the artifact is in the store. */
async function registerChanged(
  registry: Registry,
  sample: Sample,
  change: (sample: Sample) => void,
): Promise<unknown> {
  await uploadArtifact(registry.store, sample.bytes);
  const changed = structuredClone(sample);
  change(changed);
  const { artifact, facts, evaluations } = changed;
  return registerVersion(registry, { artifact, facts, evaluations, actor: ADA });
}

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

describe("registering refuses", () => {
  const refusals: [string, string, RegExp, (sample: Sample) => void][] = [
    [
      "an artifact that is not stored",
      "NOT_FOUND",
      /there is no artifact [0-9a-f]{64} in the store/,
      (s) => {
        s.artifact = digestOf("nowhere");
      },
    ],
    [
      "facts of another artifact",
      "BAD_INPUT",
      /facts.sha256 is .*is this its version.json/,
      (s) => {
        s.facts.sha256 = digestOf("other");
      },
    ],
    [
      "a size that is not that of the bytes",
      "BAD_INPUT",
      /facts.sizeBytes is 3, but the artifact's bytes say/,
      (s) => {
        s.facts.sizeBytes = 3;
      },
    ],
    [
      "a number of parameters that is not that of the bytes",
      "BAD_INPUT",
      /facts.parameters is 999/,
      (s) => {
        s.facts.parameters = 999;
      },
    ],
    [
      "a model that does not exist",
      "NOT_FOUND",
      /model "hand" does not exist; there are: chest-xray/,
      (s) => {
        s.facts.model = "hand";
      },
    ],
    [
      "a parent that is no digest",
      "BAD_INPUT",
      /facts.parent: expected a SHA-256/,
      (s) => {
        s.facts.parent = "v1";
      },
    ],
    [
      "too many bytes of tags",
      "BAD_INPUT",
      /facts.tags: expected tags of at most 96 bytes/,
      (s) => {
        s.facts.tags = { a: "x".repeat(50), b: "y".repeat(50) };
      },
    ],
    [
      "a seed that GraphQL could not answer",
      "BAD_INPUT",
      /facts.seed: Too big/,
      (s) => {
        s.facts.seed = 2 ** 31;
      },
    ],
    [
      "milliseconds without an end",
      "BAD_INPUT",
      /latencyMs: Too big/,
      (s) => {
        firstEvaluation(s).latencyMs = 1e308;
      },
    ],
    [
      "an evaluation of another artifact",
      "BAD_INPUT",
      /validation: artifact is .* but the artifact or its cases say/,
      (s) => {
        firstEvaluation(s).artifact = digestOf("other");
      },
    ],
    [
      "an image digest that is not that of the cases",
      "BAD_INPUT",
      /validation: images is/,
      (s) => {
        firstEvaluation(s).images = digestOf("others");
      },
    ],
    [
      "cases left out to look better",
      "BAD_INPUT",
      /truePositives of its cases is 190, but/,
      (s) => {
        const evaluation = firstEvaluation(s);
        evaluation.cases = evaluation.cases.slice(10);
        evaluation.images = digestImages(evaluation.cases);
      },
    ],
    [
      "probabilities touched up after sealing",
      "BAD_INPUT",
      /truePositives of its cases is 199/,
      (s) => {
        firstEvaluation(s).cases[0]!.probability = 0.3;
      },
    ],
    [
      "another threshold than the sealed one",
      "BAD_INPUT",
      /validation: threshold is 0.25/,
      (s) => {
        firstEvaluation(s).threshold = 0.25;
      },
    ],
    [
      "another threshold rule than the sealed one",
      "BAD_INPUT",
      /validation: thresholdRule is half/,
      (s) => {
        firstEvaluation(s).thresholdRule = "half";
      },
    ],
    [
      "another temperature than the sealed one",
      "BAD_INPUT",
      /validation: temperature is 1/,
      (s) => {
        firstEvaluation(s).temperature = 1;
      },
    ],
    [
      "a set without one of the classes",
      "BAD_INPUT",
      /no NORMAL case/,
      (s) => {
        firstEvaluation(s).cases = firstEvaluation(s).cases.slice(0, 200);
      },
    ],
    [
      "a probability that is none",
      "BAD_INPUT",
      /evaluation.cases.3.probability/,
      (s) => {
        firstEvaluation(s).cases[3]!.probability = 1.5;
      },
    ],
    [
      "two evaluations on one set",
      "BAD_INPUT",
      /validation and validation: expected one a set/,
      (s) => {
        s.evaluations.push(firstEvaluation(s));
      },
    ],
  ];

  test.each(refusals)("%s", async (_, code, message, change) => {
    const { registry, store } = await openSample();
    await expect(registerChanged(registry, makeSample({ seed: 1 }), change)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(await keysOf(store, "log/")).toHaveLength(1);
    expect(await keysOf(store, "evaluations/")).toEqual([]);
    expect(registry.state.models.get("chest-xray")?.versions).toHaveLength(0);
  });

  test("a second evaluation that is wrong: the first, which is right, is not left for nobody", async () => {
    const { registry, store } = await openSample();
    const sample = makeSample({ seed: 1, sets: ["validation", "test"] });
    sample.evaluations[1]!.temperature = 7;
    await uploadArtifact(store, sample.bytes);
    expect(await outcome(registerVersion(registry, { ...sample, actor: ADA }))).toBe("BAD_INPUT");
    expect(await keysOf(store, "evaluations/")).toEqual([]);
  });

  test("bytes that are no model, and bytes that changed in the store", async () => {
    const { registry, store } = await openSample();
    const artifact = await uploadArtifact(store, bytesOf("not a model"));
    const { facts } = makeSample({ seed: 1 });
    const asFacts = { ...facts, sha256: artifact };
    await expect(registerVersion(registry, { artifact, facts: asFacts, actor: ADA })).rejects.toMatchObject({
      code: "BAD_ARTIFACT",
      message: expect.stringContaining(`artifact ${artifact}: not a Radlite model`),
    });

    const sample = makeSample({ seed: 1 });
    await store.create(`artifacts/${sample.artifact}`, bytesOf("changed"));
    await expect(registerVersion(registry, { ...sample, actor: ADA })).rejects.toThrow(
      /is damaged: its bytes have/,
    );
  });

  test("a run that does not exist", async () => {
    const { registry } = await openSample();
    await expect(register(registry, { seed: 1, runId: "20260101t000000-00000000" })).rejects.toThrow(
      /run .* does not exist/,
    );
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
