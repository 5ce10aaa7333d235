/**
 * ResNet-50: bottleneck blocks, 1x1 down, 3x3, 1x1 up, each added to a shortcut.
 * He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, table 1; the first 1x1 of a group
 * strides and convolutions have a bias, as in Keras.
 */
import type { InputRecipe } from "@radlite/model/format";
import { activate, add, convolve, normalise, pool, startGraph, type Value } from "./builder.ts";
import { type Family, type FamilyOptions, scaleChannels } from "./family.ts";
import type { Graph } from "./graph.ts";
import { addHead } from "./head.ts";

export const RESNET50: Family = { build: buildResnet50, minimumSide: 32, normalisation: "caffe" };

const STEM_FILTERS = 64;
const EXPANSION = 4; // of the last 1x1 of a block
const EPSILON = 1.001e-5;

const GROUPS = [
  { filters: 64, blocks: 3, stride: 1 },
  { filters: 128, blocks: 4, stride: 2 },
  { filters: 256, blocks: 6, stride: 2 },
  { filters: 512, blocks: 3, stride: 2 },
] as const;

function buildResnet50(input: InputRecipe, labels: string[], { width, head }: FamilyOptions): Graph {
  const { graph, image } = startGraph(input, labels);
  const filters = scaleChannels(STEM_FILTERS, width);
  let value = convolve(graph, image, {
    layer: "conv1_conv",
    filters,
    kernel: 7,
    stride: 2,
    pads: [3, 3, 3, 3],
    bias: true,
  });
  value = activate(graph, normalise(graph, value, "conv1_bn", EPSILON), "Relu", "conv1_relu");
  value = pool(graph, value, "MaxPool", { layer: "pool1_pool", kernel: 3, stride: 2, pads: [1, 1, 1, 1] });
  GROUPS.forEach((group, at) => {
    for (let block = 1; block <= group.blocks; block++) {
      const stride = block === 1 ? group.stride : 1;
      const scaled = scaleChannels(group.filters, width);
      value = addBlock(graph, value, scaled, stride, `conv${at + 2}_block${block}`);
    }
  });
  addHead(graph, value, head);
  return graph;
}

/** The first block of a group, which changes the channels, has a convolution in its shortcut. */
function addBlock(graph: Graph, x: Value, filters: number, stride: number, name: string): Value {
  const projects = x.shape[2] !== EXPANSION * filters || stride !== 1;
  const convolvePart = (
    y: Value,
    part: number,
    options: { filters: number; kernel: number; stride?: number },
  ) => convolve(graph, y, { layer: `${name}_${part}_conv`, bias: true, ...options });
  const normalisePart = (y: Value, part: number) => normalise(graph, y, `${name}_${part}_bn`, EPSILON);
  const finish = (y: Value, part: number) =>
    activate(graph, normalisePart(y, part), "Relu", `${name}_${part}_relu`);

  const down = finish(convolvePart(x, 1, { filters, kernel: 1, stride }), 1);
  const middle = finish(convolvePart(down, 2, { filters, kernel: 3 }), 2);
  const wide = { filters: EXPANSION * filters, kernel: 1 };
  const projected = projects ? convolvePart(x, 0, { ...wide, stride }) : undefined;
  const up = convolvePart(middle, 3, wide);
  const shortcut = projected ? normalisePart(projected, 0) : x;
  const sum = add(graph, shortcut, normalisePart(up, 3), `${name}_add`);
  return activate(graph, sum, "Relu", `${name}_out`);
}
