/**
 * Inception v3: modules of parallel branches, with large kernels factored into 1x7 after 7x1 or two 3x3, and
 * pooled beside strided convolutions where the sides are halved.
 * Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", CVPR 2016.
 */
import type { InputRecipe } from "@radlite/model/format";
import { startGraph } from "./builder.ts";
import type { Family, FamilyOptions } from "./family.ts";
import type { Graph } from "./graph.ts";
import { addHead } from "./head.ts";
import { type Branch, conv, halve, INCEPTION_STEM, startInception } from "./inception.ts";
import { orderLayers } from "./layer-order.ts";

export const INCEPTION_V3: Family = { build: buildInceptionV3, minimumSide: 75, normalisation: "fixed" };

/** At an eighth of the side. */
const moduleA = (pooled: number): Branch[] => [
  [conv(64, 1)],
  [conv(48, 1), conv(64, 5)],
  [conv(64, 1), conv(96, 3), conv(96, 3)],
  ["average", conv(pooled, 1)],
];

const HALVING_A: Branch[] = [[halve(384)], [conv(64, 1), conv(96, 3), halve(96)], ["maximum"]];

/** At a sixteenth; `inner` channels between the factors. */
const moduleB = (inner: number): Branch[] => [
  [conv(192, 1)],
  [conv(inner, 1), conv(inner, [1, 7]), conv(192, [7, 1])],
  [conv(inner, 1), conv(inner, [7, 1]), conv(inner, [1, 7]), conv(inner, [7, 1]), conv(192, [1, 7])],
  ["average", conv(192, 1)],
];

const HALVING_B: Branch[] = [
  [conv(192, 1), halve(320)],
  [conv(192, 1), conv(192, [1, 7]), conv(192, [7, 1]), halve(192)],
  ["maximum"],
];

/** At a thirty-second: the factors lie side by side. */
const moduleC = (name: string): Branch[] => {
  const factors = [conv(384, [1, 3]), conv(384, [3, 1])];
  return [
    [conv(320, 1)],
    [conv(384, 1), { split: factors, name }],
    [conv(448, 1), conv(384, 3), { split: factors }],
    ["average", conv(192, 1)],
  ];
};

/** Named `mixed0` to `mixed10`. */
const MODULES: readonly Branch[][] = [
  ...[32, 64, 64].map(moduleA),
  HALVING_A,
  ...[128, 160, 160, 192].map(moduleB),
  HALVING_B,
  ...["mixed9_0", "mixed9_1"].map(moduleC),
];

function buildInceptionV3(input: InputRecipe, labels: string[], { width, head }: FamilyOptions): Graph {
  const { graph, image } = startGraph(input, labels);
  const { follow, branch } = startInception(graph, width);
  const features = MODULES.reduce(
    (value, branches, at) => branch(value, branches, `mixed${at}`),
    follow(image, INCEPTION_STEM),
  );
  addHead(graph, orderLayers(graph, features), head);
  return graph;
}
