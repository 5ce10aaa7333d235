/**
 * What of a network of signs stays floats, alone: its first convolution, and the average and logit behind it. However fast
 * signs are multiplied, the whole takes no less than this (Amdahl's law). The logit reads as many channels as the first
 * convolution gives, where the network's own may be several times as wide: some hundred multiplications of some hundred
 * thousand.
 */
import type { InputRecipe } from "@radlite/model/format";
import type { BinaryOptions } from "../../training/architectures/binary-residual.ts";
import {
  activate,
  averageGlobally,
  connect,
  convolve,
  normalise,
  startGraph,
} from "../../training/architectures/builder.ts";
import type { Graph } from "../../training/architectures/graph.ts";

export function keepFloatEnds(input: InputRecipe, labels: string[], { stem }: BinaryOptions): Graph {
  const { graph, image } = startGraph(input, labels);
  const shape = { filters: stem.width, kernel: 3, stride: stem.stride };
  const first = normalise(graph, convolve(graph, image, { layer: "stem_conv", ...shape }), "stem_bn");
  const last = averageGlobally(graph, activate(graph, first, "Relu", "stem_relu"), "global_average");
  connect(graph, last, 1, "logit");
  return graph;
}
