import type { ThresholdRule } from "@radlite/model/format";
import { chooseThreshold, countConfusion } from "@radlite/model/statistics";
import fc from "fast-check";
import { expect, test } from "vitest";

const samples = fc
  .array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1)), {
    minLength: 2,
    maxLength: 60,
  })
  .filter((cases) => cases.some(([, label]) => label === 0) && cases.some(([, label]) => label === 1))
  .map((cases) => ({ probabilities: cases.map(([p]) => p), labels: cases.map(([, label]) => label) }));

function rates(probabilities: number[], labels: number[], threshold: number) {
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = countConfusion(
    probabilities,
    labels,
    threshold,
  );
  return {
    sensitivity: truePositives / (truePositives + falseNegatives),
    specificity: trueNegatives / (trueNegatives + falsePositives),
  };
}

/** The float32 just above a positive float32. */
function nextFloat32(value: number): number {
  const bits = new Int32Array(new Float32Array([value]).buffer);
  bits[0]!++;
  return new Float32Array(bits.buffer)[0]!;
}

test("half is one half", () => {
  expect(chooseThreshold([0.1, 0.2], [0, 1], { kind: "half" })).toBe(0.5);
});

test("youden, worked by hand: the middle of the gap that parts the classes best", () => {
  // Below 0.625: both NORMAL and one of three PNEUMONIA: 2/3 + 1 - 1. No other gap does better.
  const threshold = chooseThreshold([0.25, 0.5, 0.375, 0.75, 0.875], [0, 0, 1, 1, 1], { kind: "youden" });
  expect(threshold).toBe(0.625);
});

test("youden takes the lowest of equally good gaps, and 0 when none beats calling everything PNEUMONIA", () => {
  const equal = chooseThreshold([0.1, 0.25, 0.5, 0.75], [0, 1, 0, 1], { kind: "youden" }); // both gaps give 1/2
  const upsideDown = chooseThreshold([0.9, 0.1], [0, 1], { kind: "youden" });
  expect(equal).toBe(Math.fround(0.175));
  expect(upsideDown).toBe(0);
});

test("sensitivity, worked by hand: three of four PNEUMONIA cases kept", () => {
  const probabilities = [0.25, 0.5, 0.75, 1, 0.6];
  const labels = [1, 1, 1, 1, 0];
  const at = (target: number) => chooseThreshold(probabilities, labels, { kind: "sensitivity", target });
  expect([at(1), at(0.76), at(0.75), at(0.5), at(0.01)]).toEqual([0.25, 0.25, 0.5, 0.75, 1]);
});

test("no threshold between two scores beats youden's", () => {
  fc.assert(
    fc.property(samples, ({ probabilities, labels }) => {
      const index = (threshold: number) => {
        const { sensitivity, specificity } = rates(probabilities, labels, threshold);
        return sensitivity + specificity - 1;
      };
      const chosen = index(chooseThreshold(probabilities, labels, { kind: "youden" }));
      const others = [...new Set(probabilities)].map((one) => index(Math.fround(one)));
      expect(chosen).toBeGreaterThanOrEqual(Math.max(0, ...others) - 1e-12);
    }),
    { seed: 9 },
  );
});

test("the sensitivity rule keeps its target, and the next float32 up does not", () => {
  const targets = fc.double({ min: 0.01, max: 1, noNaN: true });
  fc.assert(
    fc.property(samples, targets, ({ probabilities, labels }, target) => {
      const threshold = chooseThreshold(probabilities, labels, { kind: "sensitivity", target });
      expect(Math.fround(threshold)).toBe(threshold);
      expect(rates(probabilities, labels, threshold).sensitivity).toBeGreaterThanOrEqual(target);
      expect(rates(probabilities, labels, nextFloat32(threshold)).sensitivity).toBeLessThan(target);
    }),
    { seed: 10 },
  );
});

test("every chosen threshold survives being sealed as float32", () => {
  const rules: ThresholdRule[] = [
    { kind: "half" },
    { kind: "youden" },
    { kind: "sensitivity", target: 0.95 },
  ];
  fc.assert(
    fc.property(samples, fc.constantFrom(...rules), ({ probabilities, labels }, rule) => {
      const threshold = chooseThreshold(probabilities, labels, rule);
      const sealed = new Float32Array([threshold])[0]!;
      expect(countConfusion(probabilities, labels, sealed)).toEqual(
        countConfusion(probabilities, labels, threshold),
      );
      expect(sealed).toBe(threshold);
    }),
    { seed: 11 },
  );
});

test.each([0, -1, 1.01, Number.NaN])("a target sensitivity of %s is refused", (target) => {
  expect(() => chooseThreshold([0.1, 0.9], [0, 1], { kind: "sensitivity", target })).toThrow(
    /target sensitivity/,
  );
});

test("a sample of one class is refused by name", () => {
  expect(() => chooseThreshold([0.1, 0.9], [1, 1], { kind: "half" })).toThrow(/no NORMAL case/);
});
