import { TRAITS, type Trait } from "@radlite/training/data-check";
import { expect, test } from "vitest";
import { findShortcuts } from "../../../../training/data/check/shortcuts.ts";

const NOTHING = { value: 0.5, low: 0.48, high: 0.52 };
const traits = (some: Partial<Record<Trait, { value: number; low: number; high: number }>>) =>
  Object.fromEntries(TRAITS.map((trait) => [trait, { auc: some[trait] ?? NOTHING }])) as Record<
    Trait,
    { auc: typeof NOTHING }
  >;

test("the whole interval lies beyond 0.8, either way; the strongest comes first", () => {
  const found = findShortcuts(
    traits({
      bytes: { value: 0.1, low: 0.091, high: 0.108 },
      sharpness: { value: 0.183, low: 0.172, high: 0.195 },
      contrast: { value: 0.81, low: 0.79, high: 0.83 }, // perhaps less than 0.8
      stretch: { value: 0.922, low: 0.915, high: 0.929 },
    }),
    [1341, 3875],
  );

  expect(found).toEqual(["stretch", "bytes", "sharpness"]);
});

test("fewer than twenty images of a class say nothing", () => {
  const apart = traits({ exposure: { value: 1, low: 1, high: 1 } });
  expect(findShortcuts(apart, [19, 500])).toEqual([]);
  expect(findShortcuts(apart, [20, 500])).toEqual(["exposure"]);
});
