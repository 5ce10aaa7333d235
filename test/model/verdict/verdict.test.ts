import { readFileSync } from "node:fs";
import { encodeNetwork } from "@radlite/model/format";
import { wilsonInterval } from "@radlite/model/statistics";
import {
  isInBand,
  judge,
  loadVerdictModel,
  pneumoniaLogit,
  pneumoniaProbability,
  surroundThreshold,
} from "@radlite/model/verdict";
import { expect, test } from "vitest";
import { CALIBRATION, meanGreyNetwork, sealed } from "./sample-network.ts";

const ramp = Float32Array.from({ length: 64 }, (_, i) => 96 + i); // 8 x 8 pixels, mean 127.5
const PICTURE = readFileSync(new URL("../../fixtures/images/grey-8.png", import.meta.url));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

test("one logit: mean grey 127.5 over 51, less 2, at temperature 2", async () => {
  const model = await loadVerdictModel(sealed(meanGreyNetwork([1 / 51], [-2])));

  const verdict = await judge(model, ramp);

  expect(verdict.probability).toBeCloseTo(sigmoid(0.5 / 2), 6);
  expect(verdict).toMatchObject({
    verdict: "PNEUMONIA",
    operatingPoint: {
      threshold: 0.5,
      rule: "sensitivity:0.95",
      on: "VALIDATION",
      sensitivity: wilsonInterval(19, 20),
      specificity: wilsonInterval(8, 10),
    },
  });
  expect(verdict.inferMs).toBeGreaterThan(0);
});

test("two logits answer as their difference does", async () => {
  const one = await loadVerdictModel(sealed(meanGreyNetwork([1 / 51], [-2])));
  const two = await loadVerdictModel(sealed(meanGreyNetwork([0, 1 / 51], [1, -1])));
  const verdicts = await Promise.all([one, two].map((model) => judge(model, ramp)));
  expect(verdicts[1]!.probability).toBeCloseTo(verdicts[0]!.probability, 6);
});

test("a case at the threshold is PNEUMONIA, one just below is NORMAL", async () => {
  const network = meanGreyNetwork([0], [0]); // a logit of exactly 0: one half
  const at = await loadVerdictModel(sealed(network, { ...CALIBRATION, threshold: 0.5 }));
  const above = await loadVerdictModel(sealed(network, { ...CALIBRATION, threshold: Math.fround(0.500001) }));
  expect((await judge(at, ramp)).verdict).toBe("PNEUMONIA");
  expect((await judge(above, ramp)).verdict).toBe("NORMAL");
});

test("softmax of two logits over a temperature is the probability, and never leaves [0, 1]", () => {
  const softmax = (a: number, b: number) => Math.exp(b) / (Math.exp(a) + Math.exp(b));
  expect(pneumoniaProbability(Float32Array.of(0.5, 2), 1.5)).toBeCloseTo(softmax(0.5 / 1.5, 2 / 1.5), 12);
  expect(pneumoniaProbability(Float32Array.of(-1e6), 0.05)).toBe(0);
  expect(pneumoniaProbability(Float32Array.of(1e6), 0.05)).toBe(1);
});

test.each([
  ["no logit", []],
  ["three", [1, 2, 3]],
  ["not a number", [Number.NaN]],
  ["infinities that cancel", [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]],
])("%s is a broken network", (_name, logits) => {
  expect(() => pneumoniaLogit(Float32Array.from(logits))).toThrow(
    expect.objectContaining({
      code: "BAD_ARTIFACT",
      message: expect.stringMatching(/expected one finite logit/),
    }),
  );
});

const cases = { truePositives: 0, falseNegatives: 0, trueNegatives: 8, falsePositives: 2 };

test.each([
  ["an unsealed file", encodeNetwork(meanGreyNetwork([1], [0])), /not sealed/],
  ["other labels", sealed(meanGreyNetwork([1], [0], ["CAT", "DOG"])), /labels its output CAT, DOG/],
  [
    "labels the other way round",
    sealed(meanGreyNetwork([1], [0], ["PNEUMONIA", "NORMAL"])),
    /expected NORMAL, PNEU/,
  ],
  [
    "a calibration without PNEUMONIA cases",
    sealed(meanGreyNetwork([1], [0]), { ...CALIBRATION, validation: cases }),
    /0 PNEUMONIA and 10 NORMAL/,
  ],
  ["a picture", PICTURE, /starts with "RLM"/],
])("%s is refused before the first radiograph", async (_name, bytes, message) => {
  await expect(loadVerdictModel(bytes)).rejects.toMatchObject({ code: "BAD_ARTIFACT" });
  await expect(loadVerdictModel(bytes)).rejects.toThrow(message);
  await expect(loadVerdictModel(bytes, "a.rlm")).rejects.toThrow(/^a\.rlm/);
});

test("a tensor of another size is refused, not read past its end", async () => {
  const model = await loadVerdictModel(sealed(meanGreyNetwork([1], [0])));
  await expect(judge(model, ramp.subarray(1))).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(/63 values, expected 64/),
  });
});

test("a sealed band surrounds the threshold evenly in logits, and comes with its promise", async () => {
  const review = { coverage: 0.9, halfWidth: 0.75 };
  const threshold = 0.25; // logit -ln 3
  const { operatingPoint } = await loadVerdictModel(
    sealed(meanGreyNetwork([1], [0]), { ...CALIBRATION, threshold, review }),
  );

  const [low, high] = operatingPoint.reviewBand!;

  expect(operatingPoint.coverage).toBe(0.9);
  expect(low).toBeCloseTo(sigmoid(-Math.log(3) - 0.75), 12);
  expect(high).toBeCloseTo(sigmoid(-Math.log(3) + 0.75), 12);
  expect([low, low + 1e-9, threshold, high - 1e-9, high].map((p) => isInBand(p, [low, high]))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
});

test("a file without a band says nothing of one, and a threshold that calls all alike has an empty one", async () => {
  const { operatingPoint } = await loadVerdictModel(sealed(meanGreyNetwork([1], [0])));
  expect(operatingPoint).not.toHaveProperty("coverage");
  expect(operatingPoint).not.toHaveProperty("reviewBand");
  expect(surroundThreshold(0, 32)).toEqual([0, 0]);
  expect(surroundThreshold(1, 32)).toEqual([1, 1]);
});
