/** What the published families have in common, and how their pretrained weights expect pixels. */
import type { InputRecipe } from "@radlite/model/format";
import type { Graph } from "./graph.ts";
import type { HeadOptions } from "./head.ts";

/**
 * From grey levels 0..255, by the names that Keras Applications has for it. `fixed` ("tf"): to [-1, 1]; `caffe`:
 * BGR less the mean of ImageNet; `torch`: RGB less that mean, over its deviation. `unit`: to [0, 1], as weights of
 * others may expect; `per-image`: by the image's own mean and deviation, which no published weights expect.
 */
export const NORMALISATIONS = ["per-image", "fixed", "caffe", "torch", "unit"] as const;

export type Normalisation = (typeof NORMALISATIONS)[number];

export interface FamilyOptions {
  /** Factor on the channels of every layer; 1 is the published network. */
  width: number;
  head: HeadOptions;
}

export interface Family {
  build(input: InputRecipe, labels: string[], options: FamilyOptions): Graph;
  /** Pixels: the shortest side that all of its strides leave something of. */
  minimumSide: number;
  /** What its ImageNet weights were trained with. */
  normalisation: Normalisation;
}

export function scaleChannels(channels: number, width: number): number {
  return Math.max(1, Math.round(channels * width));
}
