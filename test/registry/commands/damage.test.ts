import { digestImages, digestOf, type Evaluation, type Label } from "@radlite/registry/bundle";
import { measureDamage } from "@radlite/registry/commands";
import { expect, test } from "vitest";

type Answer = [name: string, label: Label, probability: number];

function evaluate(answers: readonly Answer[], threshold = 0.5): Evaluation {
  const cases = answers.map(([name, label, probability]) => ({
    sha256: digestOf(name),
    label,
    probability,
  }));
  return {
    formatVersion: 1,
    artifact: digestOf(`model ${answers}`),
    set: "validation",
    temperature: 1,
    images: digestImages(cases),
    threshold,
    thresholdRule: "half",
    engine: "by hand",
    latencyMs: 1,
    eceBefore: 0,
    eceAfter: 0,
    cases,
  };
}

const BEFORE: Answer[] = [
  ["a", "NORMAL", 0.25],
  ["b", "NORMAL", 0.75],
  ["c", "PNEUMONIA", 0.75],
  ["d", "PNEUMONIA", 0.5],
  ["e", "PNEUMONIA", 0.25],
];
const AFTER: Answer[] = [
  ["e", "PNEUMONIA", 0.25], // in another order
  ["d", "PNEUMONIA", 0.375], // became wrong
  ["c", "PNEUMONIA", 1],
  ["b", "NORMAL", 0.25], // became right
  ["a", "NORMAL", 0.25],
];

const parent = evaluate(BEFORE);
const child = evaluate(AFTER);

test("flips, largest first, the paired test and the shift, by hand", () => {
  const { n, flips, accuracyTest, shift, parent: before, child: after } = measureDamage(child, parent);

  expect(n).toBe(5);
  expect(flips).toEqual([
    ...[
      {
        sha256: digestOf("b"),
        label: "NORMAL",
        group: "NORMAL",
        became: "right",
        before: 0.75,
        after: 0.25,
      },
    ],
    ...[
      {
        sha256: digestOf("d"),
        label: "PNEUMONIA",
        group: "PNEUMONIA",
        became: "wrong",
        before: 0.5,
        after: 0.375,
      },
    ],
  ]);
  expect(accuracyTest).toEqual({ onlyFirst: 1, onlySecond: 1, pValue: 1 });
  // shifts 0, -0.5, 0.25, -0.125, 0
  expect(shift).toMatchObject({ mean: -0.375 / 5, meanAbsolute: 0.875 / 5, largest: 0.5 });
  expect(shift.histograms.NORMAL.counts.reduce((sum, count) => sum + count, 0)).toBe(2);
  expect(shift.histograms.PNEUMONIA.counts[20]).toBe(1); // the middle: no change
  expect([before.metrics.accuracy.value, after.metrics.accuracy.value]).toEqual([3 / 5, 3 / 5]);
  expect(before.bins.reduce((sum, bin) => sum + bin.n, 0)).toBe(5);
});

test("subgroups add up to the whole", () => {
  const germs = new Map([[digestOf("d"), "virus"]]);
  const { groups } = measureDamage(child, parent, {
    groupOf: ({ sha256, label }) => germs.get(sha256) ?? label,
  });

  expect(groups).toEqual([
    {
      group: "NORMAL",
      n: 2,
      rightBefore: 1,
      rightAfter: 2,
      becameRight: 1,
      becameWrong: 0,
      pValue: 1,
      meanShift: -0.25,
    },
    {
      group: "PNEUMONIA",
      n: 2,
      rightBefore: 1,
      rightAfter: 1,
      becameRight: 0,
      becameWrong: 0,
      pValue: 1,
      meanShift: 0.125,
    },
    {
      group: "virus",
      n: 1,
      rightBefore: 1,
      rightAfter: 0,
      becameRight: 0,
      becameWrong: 1,
      pValue: 1,
      meanShift: -0.125,
    },
  ]);
});

test("a model against itself is not damaged, at its own threshold", () => {
  const strict = evaluate(BEFORE, 0.8);
  const { flips, accuracyTest, shift } = measureDamage(strict, strict);
  expect([flips, accuracyTest.pValue, shift.largest]).toEqual([[], 1, 0]);
  expect(measureDamage(strict, parent).flips).toHaveLength(3); // b right; c and d wrong
});

test("other images and other labels are refused", () => {
  expect(() => measureDamage(child, evaluate(BEFORE.slice(1)))).toThrow(/different validation images/);
  const relabelled = BEFORE.map(([name, label, p]): Answer => [name, name === "a" ? "PNEUMONIA" : label, p]);
  expect(() => measureDamage(child, evaluate(relabelled))).toThrow(/another label/);
});
