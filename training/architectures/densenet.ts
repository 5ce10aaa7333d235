/**
 * DenseNet-121: within a block every layer reads all that came before it and adds a few channels; between
 * blocks half of the channels and of the side are kept.
 * Huang et al., "Densely Connected Convolutional Networks", CVPR 2017, table 1 (DenseNet-BC, growth 32).
 * BatchNorm and ReLU come before the convolutions; where they follow a concatenation they cannot be folded.
 */
import type { InputRecipe } from "@radlite/model/format";
import {
  activate,
  concatenate,
  convolve,
  normalise,
  pool,
  startGraph,
  VALID,
  type Value,
} from "./builder.ts";
import { type Family, type FamilyOptions, scaleChannels } from "./family.ts";
import type { Graph } from "./graph.ts";
import { addHead } from "./head.ts";

export const DENSENET121: Family = { build: buildDensenet121, minimumSide: 32, normalisation: "torch" };

const STEM_FILTERS = 64;
const GROWTH = 32;
const BOTTLENECK = 4; // channels of the 1x1 convolution, in growths
const BLOCKS = [6, 12, 24, 16] as const;
const KEPT = 0.5; // of the channels, between two blocks
const EPSILON = 1.001e-5;

function buildDensenet121(input: InputRecipe, labels: string[], { width, head }: FamilyOptions): Graph {
  const { graph, image } = startGraph(input, labels);
  const finish = (x: Value, name: string) =>
    activate(graph, normalise(graph, x, `${name}bn`, EPSILON), "Relu", `${name}relu`);

  const filters = scaleChannels(STEM_FILTERS, width);
  const stem = { filters, kernel: 7, stride: 2, pads: [3, 3, 3, 3] } as const;
  let value = finish(convolve(graph, image, { layer: "conv1/conv", ...stem }), "conv1/");
  value = pool(graph, value, "MaxPool", { layer: "pool1", kernel: 3, stride: 2, pads: [1, 1, 1, 1] });
  BLOCKS.forEach((layers, at) => {
    for (let layer = 1; layer <= layers; layer++) {
      value = addLayer(graph, value, scaleChannels(GROWTH, width), `conv${at + 2}_block${layer}`);
    }
    if (at === BLOCKS.length - 1) return;
    const name = `pool${at + 2}`;
    value = finish(value, `${name}_`);
    const half = Math.max(1, Math.floor(KEPT * value.shape[2]));
    value = convolve(graph, value, { layer: `${name}_conv`, filters: half, kernel: 1 });
    const window = { layer: `${name}_pool`, kernel: 2, stride: 2, pads: VALID };
    value = pool(graph, value, "AveragePool", window);
  });
  addHead(graph, finish(value, ""), head);
  return graph;
}

/** x and `growth` more channels. */
function addLayer(graph: Graph, x: Value, growth: number, name: string): Value {
  const finish = (y: Value, part: number) =>
    activate(graph, normalise(graph, y, `${name}_${part}_bn`, EPSILON), "Relu", `${name}_${part}_relu`);
  const narrow = { layer: `${name}_1_conv`, filters: BOTTLENECK * growth, kernel: 1 };
  const inner = convolve(graph, finish(x, 0), narrow);
  const grown = convolve(graph, finish(inner, 1), { layer: `${name}_2_conv`, filters: growth, kernel: 3 });
  return concatenate(graph, [x, grown], `${name}_concat`);
}
