/**
 * VGG: stacks of 3x3 convolutions with a bias and a ReLU, a halving maximum after each stack.
 * Simonyan & Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR 2015,
 * configurations D (16 layers) and E (19).
 */
import type { InputRecipe } from "@radlite/model/format";
import { activate, convolve, pool, startGraph, VALID } from "./builder.ts";
import { type Family, type FamilyOptions, scaleChannels } from "./family.ts";
import type { Graph } from "./graph.ts";
import { addHead } from "./head.ts";

interface Stack {
  filters: number;
  convolutions: number;
}

const makeFamily = (deep: number): Family => ({
  build: (input, labels, options) => buildVgg(input, labels, listStacks(deep), options),
  minimumSide: 32,
  normalisation: "caffe",
});

export const VGG16 = makeFamily(3);
export const VGG19 = makeFamily(4);

/** `deep`: convolutions in each of the last three stacks. */
function listStacks(deep: number): Stack[] {
  return [
    { filters: 64, convolutions: 2 },
    { filters: 128, convolutions: 2 },
    { filters: 256, convolutions: deep },
    { filters: 512, convolutions: deep },
    { filters: 512, convolutions: deep },
  ];
}

function buildVgg(
  input: InputRecipe,
  labels: string[],
  stacks: readonly Stack[],
  { width, head }: FamilyOptions,
): Graph {
  const { graph, image } = startGraph(input, labels);
  let value = image;
  stacks.forEach(({ filters, convolutions }, block) => {
    for (let at = 1; at <= convolutions; at++) {
      const layer = `block${block + 1}_conv${at}`;
      const scaled = scaleChannels(filters, width);
      value = convolve(graph, value, { layer, filters: scaled, kernel: 3, bias: true });
      value = activate(graph, value, "Relu", layer);
    }
    const window = { layer: `block${block + 1}_pool`, kernel: 2, stride: 2, pads: VALID };
    value = pool(graph, value, "MaxPool", window);
  });
  addHead(graph, value, head);
  return graph;
}
