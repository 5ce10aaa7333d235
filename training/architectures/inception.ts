/**
 * What the Inception networks are made of: convolutions, each with a BatchNorm that has no gamma and a ReLU, in
 * branches side by side that are joined along channels. Keras names most of their layers by a count only.
 */
import type { Pads } from "@radlite/model/format";
import { activate, concatenate, convolve, normalise, pool, VALID, type Value } from "./builder.ts";
import { scaleChannels } from "./family.ts";
import type { Graph } from "./graph.ts";
import { countNames } from "./layer-order.ts";

/** A convolution, or a pool of 3x3 pixels. */
export type BranchStep = ConvolutionStep | "average" | "maximum" | SplitStep;

export interface ConvolutionStep {
  filters: number;
  kernel: number | readonly [rows: number, columns: number];
  /** Default 1; a convolution that strides takes what fits, without padding. */
  stride?: 2;
  /** Default true. */
  padded?: false;
  /** The convolution's name; its BatchNorm and ReLU add to it. Default: counted. */
  name?: string;
}

/** Convolutions of the same value, joined; Keras counts the join where it has no name. */
export interface SplitStep {
  split: readonly ConvolutionStep[];
  name?: string;
}

export type Branch = readonly BranchStep[];

export interface InceptionBuilder {
  /** The steps one after the other. */
  follow(x: Value, steps: Branch): Value;
  /** Branches of the same value, joined. */
  branch(x: Value, branches: readonly Branch[], name: string): Value;
  /** The next name of a kind of layers. */
  count(kind: string): string;
}

const EPSILON = 1e-3;
const [POOL_SIDE, HALVING] = [3, 2];

export const conv = (
  filters: number,
  kernel: ConvolutionStep["kernel"],
  options: Omit<ConvolutionStep, "filters" | "kernel"> = {},
): ConvolutionStep => ({ filters, kernel, ...options });

/** A 3x3 convolution without padding that halves the sides. */
export const halve = (filters: number): ConvolutionStep => conv(filters, 3, { stride: 2 });

/** What both networks begin with: to an eighth of the sides, and 192 channels. */
export const INCEPTION_STEM: Branch = [
  halve(32),
  conv(32, 3, { padded: false }),
  conv(64, 3),
  "maximum",
  conv(80, 1, { padded: false }),
  conv(192, 3, { padded: false }),
  "maximum",
];

export function startInception(graph: Graph, width: number): InceptionBuilder {
  const count = countNames();

  const addConvolution = (x: Value, { filters, kernel, stride, padded, name }: ConvolutionStep): Value => {
    const pads: Pads | "same" = stride === 2 || padded === false ? VALID : "same";
    const layer = name ?? count("conv2d");
    const options = { layer, filters: scaleChannels(filters, width), kernel, stride: stride ?? 1, pads };
    const normal = name ? `${name}_bn` : count("batch_normalization");
    const value = normalise(graph, convolve(graph, x, options), normal, EPSILON, { scaled: false });
    return activate(graph, value, "Relu", name ? `${name}_ac` : count("activation"));
  };

  const addStep = (x: Value, step: BranchStep): Value => {
    if (step === "average") {
      return pool(graph, x, "AveragePool", { layer: count("average_pooling2d"), kernel: POOL_SIDE });
    }
    if (step === "maximum") {
      const window = { layer: count("max_pooling2d"), kernel: POOL_SIDE, stride: HALVING, pads: VALID };
      return pool(graph, x, "MaxPool", window);
    }
    if (!("split" in step)) return addConvolution(x, step);
    const parts = step.split.map((part) => addConvolution(x, part));
    return concatenate(graph, parts, step.name ?? count("concatenate"));
  };

  const follow = (x: Value, steps: Branch): Value => steps.reduce(addStep, x);
  return {
    follow,
    branch: (x, branches, name) =>
      concatenate(
        graph,
        branches.map((steps) => follow(x, steps)),
        name,
      ),
    count,
  };
}
