/**
 * The part of a recipe that travels in the artifact: how pixels become the network's input.
 */
import type { InputRecipe } from "@radlite/model/format";
import type { Recipe } from "./recipe.ts";

/** Mean and deviation of ImageNet in red, green and blue, in grey levels. */
const IMAGENET = {
  caffe: { mean: [123.68, 116.779, 103.939], deviation: [1, 1, 1] },
  torch: { mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375] },
} as const;

/**
 * By factors that an artifact holds (float32). A grey network, whose first kernel is the sum over the colours,
 * gets the mean of the three means and factors: exact for `fixed` and `unit`, within a fifth of a deviation for the
 * others.
 */
export function toInputRecipe({ size, channels, trim, normalise }: Recipe["input"]): InputRecipe {
  const shape = { height: size, width: size, channels, ...(trim ? { trim } : {}) };
  if (normalise === "per-image") return { ...shape, normalise: { kind: "per-image" } };
  const order = normalise === "caffe" ? "bgr" : "rgb";
  const rgb = describeColours(normalise);
  const colours = order === "bgr" ? rgb.toReversed() : rgb;
  const mean = colours.map((colour) => colour.mean);
  const scale = colours.map(({ deviation }) => 1 / deviation);
  const fit = (values: number[]) => (channels === 3 ? values : [average(values)]).map(Math.fround);
  return { ...shape, normalise: { kind: "fixed", order, mean: fit(mean), scale: fit(scale) } };
}

function describeColours(
  normalise: "fixed" | "caffe" | "torch" | "unit",
): { mean: number; deviation: number }[] {
  if (normalise === "fixed") return Array(3).fill({ mean: 127.5, deviation: 127.5 });
  if (normalise === "unit") return Array(3).fill({ mean: 0, deviation: 255 });
  const { mean, deviation } = IMAGENET[normalise];
  return mean.map((value, colour) => ({ mean: value, deviation: deviation[colour]! }));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
