/**
 * MobileNetV2: inverted residual blocks, from few channels through many, depthwise, back to few, where a
 * shortcut joins the few and nothing rectifies them. Sandler et al., "MobileNetV2: Inverted Residuals and Linear
 * Bottlenecks", CVPR 2018. Channels are multiples of 8 at any width, as in Keras.
 */
import type { InputRecipe } from "@radlite/model/format";
import { activate, add, convolve, convolveDepthwise, normalise, startGraph, type Value } from "./builder.ts";
import type { Family, FamilyOptions } from "./family.ts";
import type { Graph } from "./graph.ts";
import { addHead } from "./head.ts";

export const MOBILENET_V2: Family = { build: buildMobilenetV2, minimumSide: 32, normalisation: "fixed" };

const STEM_FILTERS = 32;
const LAST_FILTERS = 1280;
const DIVISOR = 8;
const EPSILON = 1e-3;

/** Groups of blocks: the first of a group strides. */
const GROUPS = [
  { filters: 16, blocks: 1, stride: 1, expansion: 1 },
  { filters: 24, blocks: 2, stride: 2, expansion: 6 },
  { filters: 32, blocks: 3, stride: 2, expansion: 6 },
  { filters: 64, blocks: 4, stride: 2, expansion: 6 },
  { filters: 96, blocks: 3, stride: 1, expansion: 6 },
  { filters: 160, blocks: 3, stride: 2, expansion: 6 },
  { filters: 320, blocks: 1, stride: 1, expansion: 6 },
] as const;

interface Block {
  filters: number;
  stride: number;
  expansion: number;
}

function buildMobilenetV2(input: InputRecipe, labels: string[], { width, head }: FamilyOptions): Graph {
  const { graph, image } = startGraph(input, labels);
  const stem = { layer: "Conv1", filters: makeDivisible(STEM_FILTERS * width), kernel: 3, stride: 2 };
  let value = normalise(graph, convolve(graph, image, stem), "bn_Conv1", EPSILON);
  value = activate(graph, value, "Clip", "Conv1_relu");

  const blocks = GROUPS.flatMap(({ filters, blocks, stride, expansion }) =>
    Array.from({ length: blocks }, (_, at): Block => {
      const scaled = makeDivisible(Math.floor(filters * width));
      return { filters: scaled, stride: at === 0 ? stride : 1, expansion };
    }),
  );
  blocks.forEach((block, at) => {
    value = addBlock(graph, value, block, at === 0 ? "expanded_conv" : `block_${at}`);
  });

  const filters = width > 1 ? makeDivisible(LAST_FILTERS * width) : LAST_FILTERS;
  value = convolve(graph, value, { layer: "Conv_1", filters, kernel: 1 });
  value = activate(graph, normalise(graph, value, "Conv_1_bn", EPSILON), "Clip", "out_relu");
  addHead(graph, value, head);
  return graph;
}

function addBlock(graph: Graph, x: Value, { filters, stride, expansion }: Block, name: string): Value {
  const finish = (y: Value, part: string) =>
    activate(graph, normalise(graph, y, `${name}_${part}_BN`, EPSILON), "Clip", `${name}_${part}_relu`);
  const [, , channels] = x.shape;
  let value = x;
  if (expansion > 1) {
    const options = { layer: `${name}_expand`, filters: expansion * channels, kernel: 1 };
    value = finish(convolve(graph, value, options), "expand");
  }
  value = finish(
    convolveDepthwise(graph, value, { layer: `${name}_depthwise`, kernel: 3, stride }),
    "depthwise",
  );
  value = convolve(graph, value, { layer: `${name}_project`, filters, kernel: 1 });
  value = normalise(graph, value, `${name}_project_BN`, EPSILON);
  return stride === 1 && channels === filters ? add(graph, x, value, `${name}_add`) : value;
}

/** The nearest multiple of the divisor that is at least one of it and not more than a tenth below. */
function makeDivisible(channels: number): number {
  const rounded = Math.max(DIVISOR, Math.floor((channels + DIVISOR / 2) / DIVISOR) * DIVISOR);
  return rounded < 0.9 * channels ? rounded + DIVISOR : rounded;
}
