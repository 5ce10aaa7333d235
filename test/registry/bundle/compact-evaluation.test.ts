import {
  compactEvaluation,
  digestOf,
  type Evaluation,
  encodeJson,
  expandEvaluation,
  listImages,
} from "@radlite/registry/bundle";
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeSample } from "../commands/sample.ts";

const sampleEvaluation = (seed = 1): Evaluation => makeSample({ seed }).evaluations[0]!;

test("through JSON and back, every bit of every probability is the same", () => {
  const sample = sampleEvaluation();
  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
    minLength: sample.cases.length,
    maxLength: sample.cases.length,
  });
  fc.assert(
    fc.property(shares, (probabilities) => {
      const cases = sample.cases.map((one, at) => ({ ...one, probability: probabilities[at]! }));
      const evaluation = { ...sample, cases };
      const list = JSON.parse(JSON.stringify(listImages(evaluation)));

      const compact = JSON.parse(JSON.stringify(compactEvaluation(evaluation, list)));

      expect(digestOf(encodeJson(expandEvaluation(compact, list)))).toBe(digestOf(encodeJson(evaluation)));
    }),
    { numRuns: 20, seed: 1 },
  );
});

test("a list of other radiographs, or of another length, is refused", () => {
  const evaluation = sampleEvaluation();
  const list = listImages(evaluation);
  const compact = compactEvaluation(evaluation, list);
  const shorter = { ...list, cases: list.cases.slice(1) };

  expect(() => expandEvaluation(compact, shorter)).toThrow(/expected the radiographs [0-9a-f]{64}, the list/);
  expect(() =>
    expandEvaluation({ ...compact, probabilities: compact.probabilities.slice(32) }, list),
  ).toThrow(/297 probabilities for the 300 radiographs/);
});

test("cases in another order or with another label are not those of the list", () => {
  const evaluation = sampleEvaluation();
  const list = listImages(evaluation);
  const swapped = {
    ...evaluation,
    cases: [evaluation.cases[1]!, evaluation.cases[0]!, ...evaluation.cases.slice(2)],
  };
  const relabelled = {
    ...evaluation,
    cases: evaluation.cases.with(2, { ...evaluation.cases[2]!, label: "NORMAL" }),
  };

  expect(() => compactEvaluation(swapped, list)).toThrow(/case 1 is not the one of the list/);
  expect(() => compactEvaluation(relabelled, list)).toThrow(/case 3 is not/);
  expect(() => compactEvaluation({ ...evaluation, cases: evaluation.cases.slice(0, 9) }, list)).toThrow(
    /case 10/,
  );
});

test("changed radiographs are kept as floats over the list of the radiographs, and come back in every bit", () => {
  const plain = sampleEvaluation();
  const cases = ["noise", "blurred"].flatMap((change, at) =>
    plain.cases.map((one) => ({ ...one, probability: Math.fround(one.probability / (at + 2)), change })),
  );
  const stress: Evaluation = {
    ...{ ...plain, formatVersion: 2, set: "stress", changes: digestOf("two"), cases },
  };
  const list = listImages(plain);

  const compact = compactEvaluation(stress, list);

  expect(compact.changeNames).toEqual(["noise", "blurred"]);
  expect(Buffer.from(compact.probabilities, "base64").length).toBe(4 * 2 * list.cases.length);
  expect(expandEvaluation(compact, { ...list, formatVersion: 2 })).toEqual(stress);
  expect(listImages(stress).cases).toEqual(list.cases);
  const fine = { ...stress, cases: stress.cases.map((one) => ({ ...one, probability: 0.1 })) };
  expect(() => compactEvaluation(fine, list)).toThrow(/0\.1 under noise is no float32/);
});
