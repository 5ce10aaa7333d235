/**
 * SqueezeNet 1.1: fire modules, a 1x1 convolution to few channels, then 1x1 and 3x3 side by side.
 * Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size", 2016
 * (arXiv:1602.07360); version 1.1 pools earlier and costs 2.4 times less. Layers named as in its Keras port.
 */
import type { InputRecipe } from "@radlite/model/format";
import { activate, concatenate, convolve, pool, startGraph, VALID, type Value } from "./builder.ts";
import { type Family, type FamilyOptions, scaleChannels } from "./family.ts";
import type { Graph } from "./graph.ts";
import { addHead } from "./head.ts";

export const SQUEEZENET: Family = { build: buildSqueezenet, minimumSide: 48, normalisation: "caffe" };

const STEM_FILTERS = 64;

/** Filters of modules 2 to 9; a maximum is taken before modules 4 and 6. */
const MODULES: readonly [squeeze: number, expand: number][] = [
  [16, 64],
  [16, 64],
  [32, 128],
  [32, 128],
  [48, 192],
  [48, 192],
  [64, 256],
  [64, 256],
];
const POOLED = [3, 5]; // the modules that it is taken after

function buildSqueezenet(input: InputRecipe, labels: string[], { width, head }: FamilyOptions): Graph {
  const { graph, image } = startGraph(input, labels);
  const reduce = (x: Value, layer: string) =>
    pool(graph, x, "MaxPool", { layer, kernel: 3, stride: 2, pads: VALID });

  const filters = scaleChannels(STEM_FILTERS, width);
  let value = convolve(graph, image, {
    layer: "conv1",
    filters,
    kernel: 3,
    stride: 2,
    pads: VALID,
    bias: true,
  });
  value = reduce(activate(graph, value, "Relu", "relu_conv1"), "pool1");
  MODULES.forEach(([squeeze, expand], at) => {
    const module = at + 2;
    value = addFire(
      graph,
      value,
      scaleChannels(squeeze, width),
      scaleChannels(expand, width),
      `fire${module}`,
    );
    if (POOLED.includes(module)) value = reduce(value, `pool${module}`);
  });
  addHead(graph, value, head);
  return graph;
}

function addFire(graph: Graph, x: Value, squeeze: number, expand: number, name: string): Value {
  const convolvePart = (y: Value, part: string, filters: number, kernel: number) =>
    convolve(graph, y, { layer: `${name}/${part}`, filters, kernel, bias: true });
  const rectify = (y: Value, part: string) => activate(graph, y, "Relu", `${name}/relu_${part}`);

  const squeezed = rectify(convolvePart(x, "squeeze1x1", squeeze, 1), "squeeze1x1");
  const small = convolvePart(squeezed, "expand1x1", expand, 1);
  const large = convolvePart(squeezed, "expand3x3", expand, 3);
  const parts = [rectify(small, "expand1x1"), rectify(large, "expand3x3")];
  return concatenate(graph, parts, `${name}/concat`);
}
