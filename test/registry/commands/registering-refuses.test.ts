import { digestImages, digestOf, type Evaluation } from "@radlite/registry/bundle";
import { registerVersion, uploadArtifact } from "@radlite/registry/commands";
import { describe, expect, test } from "vitest";
import { bytesOf, keysOf, outcome } from "../store/writes.ts";
import { ADA, makeSample, openSample, register, registerChanged, type Sample } from "./sample.ts";

const firstEvaluation = (sample: Sample): Evaluation => sample.evaluations[0]!;

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
