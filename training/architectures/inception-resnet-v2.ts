/**
 * Inception-ResNet v2: Inception branches, brought back to the block's channels by a 1x1 convolution, scaled down
 * and added to what the block read.
 * Szegedy et al., "Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning", AAAI 2017.
 */
import type { InputRecipe } from "@radlite/model/format";
import { activate, add, convolve, startGraph, type Value } from "./builder.ts";
import type { Family, FamilyOptions } from "./family.ts";
import type { Graph } from "./graph.ts";
import { addHead } from "./head.ts";
import {
  type Branch,
  conv,
  halve,
  INCEPTION_STEM,
  type InceptionBuilder,
  startInception,
} from "./inception.ts";
import { orderLayers } from "./layer-order.ts";

export const INCEPTION_RESNET_V2: Family = {
  build: buildInceptionResnetV2,
  minimumSide: 75,
  normalisation: "fixed",
};

/** Branches side by side, then residual blocks of one kind. `scale`: of what a block adds. */
interface Group {
  name: string;
  branches: readonly Branch[];
  block: { name: string; count: number; scale: number; branches: readonly Branch[] };
}

const GROUPS: readonly Group[] = [
  {
    name: "mixed_5b",
    branches: [
      [conv(96, 1)],
      [conv(48, 1), conv(64, 5)],
      [conv(64, 1), conv(96, 3), conv(96, 3)],
      ["average", conv(64, 1)],
    ],
    block: {
      name: "block35",
      count: 10,
      scale: 0.17,
      branches: [[conv(32, 1)], [conv(32, 1), conv(32, 3)], [conv(32, 1), conv(48, 3), conv(64, 3)]],
    },
  },
  {
    name: "mixed_6a",
    branches: [[halve(384)], [conv(256, 1), conv(256, 3), halve(384)], ["maximum"]],
    block: {
      name: "block17",
      count: 20,
      scale: 0.1,
      branches: [[conv(192, 1)], [conv(128, 1), conv(160, [1, 7]), conv(192, [7, 1])]],
    },
  },
  {
    name: "mixed_7a",
    branches: [
      [conv(256, 1), halve(384)],
      [conv(256, 1), halve(288)],
      [conv(256, 1), conv(288, 3), halve(320)],
      ["maximum"],
    ],
    block: {
      name: "block8",
      count: 9,
      scale: 0.2,
      branches: [[conv(192, 1)], [conv(192, 1), conv(224, [1, 3]), conv(256, [3, 1])]],
    },
  },
];

const LAST_FILTERS = 1536;

function buildInceptionResnetV2(input: InputRecipe, labels: string[], { width, head }: FamilyOptions): Graph {
  const { graph, image } = startGraph(input, labels);
  const builder = startInception(graph, width);
  let value = builder.follow(image, INCEPTION_STEM);
  for (const { name, branches, block } of GROUPS) {
    value = builder.branch(value, branches, name);
    for (let at = 1; at <= block.count; at++) {
      const layer = `${block.name}_${at}`;
      const sum = addResidual(graph, builder, value, block.branches, { layer, scale: block.scale });
      value = activate(graph, sum, "Relu", `${layer}_ac`);
    }
  }
  // The last block adds all of its branches and is not rectified.
  const last = { layer: "block8_10", scale: 1 };
  value = addResidual(graph, builder, value, GROUPS.at(-1)!.block.branches, last);
  const features = builder.follow(value, [conv(LAST_FILTERS, 1, { name: "conv_7b" })]);
  addHead(graph, orderLayers(graph, features), head);
  return graph;
}

function addResidual(
  graph: Graph,
  { branch, count }: InceptionBuilder,
  x: Value,
  branches: readonly Branch[],
  { layer, scale }: { layer: string; scale: number },
): Value {
  const joined = branch(x, branches, `${layer}_mixed`);
  const options = { layer: `${layer}_conv`, filters: x.shape[2], kernel: 1, bias: true, factor: scale };
  return add(graph, x, convolve(graph, joined, options), count("custom_scale_layer"));
}
