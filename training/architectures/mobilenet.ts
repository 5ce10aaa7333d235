/**
 * MobileNet: each 3x3 convolution split into one a channel (depthwise) and a 1x1 across channels (pointwise),
 * both with BatchNorm and ReLU6. Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile
 * Vision Applications", 2017 (arXiv:1704.04861); `width` is its width multiplier, rounded down as in Keras.
 */
import type { InputRecipe, Pads } from "@radlite/model/format";
import { activate, convolve, convolveDepthwise, normalise, startGraph, type Value } from "./builder.ts";
import type { Family, FamilyOptions } from "./family.ts";
import type { Graph } from "./graph.ts";
import { addHead } from "./head.ts";

export const MOBILENET: Family = { build: buildMobilenet, minimumSide: 32, normalisation: "fixed" };

const STEM_FILTERS = 32;

/** Filters and strides of the 13 blocks, in order. */
const BLOCKS: readonly [filters: number, stride: number][] = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [1024, 2],
  [1024, 1],
];

const EPSILON = 1e-3;

/** Keras' padding of a strided depthwise convolution, at odd sides too. */
const BELOW_AND_RIGHT: Pads = [0, 0, 1, 1];

function buildMobilenet(input: InputRecipe, labels: string[], { width, head }: FamilyOptions): Graph {
  const { graph, image } = startGraph(input, labels);
  const scale = (filters: number) => Math.max(1, Math.floor(filters * width));
  const finish = (x: Value, layer: string) =>
    activate(graph, normalise(graph, x, `${layer}_bn`, EPSILON), "Clip", `${layer}_relu`);

  const stem = { layer: "conv1", filters: scale(STEM_FILTERS), kernel: 3, stride: 2 };
  let value = finish(convolve(graph, image, stem), stem.layer);
  BLOCKS.forEach(([filters, stride], at) => {
    const depthwise = `conv_dw_${at + 1}`;
    const pointwise = `conv_pw_${at + 1}`;
    const pads = stride === 1 ? "same" : BELOW_AND_RIGHT;
    value = finish(convolveDepthwise(graph, value, { layer: depthwise, kernel: 3, stride, pads }), depthwise);
    value = finish(
      convolve(graph, value, { layer: pointwise, filters: scale(filters), kernel: 1 }),
      pointwise,
    );
  });
  addHead(graph, value, head);
  return graph;
}
