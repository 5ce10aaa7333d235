/**
 * Layers that can be factored, seen as one kind of thing: taps times channels, at so many positions. A dense
 * layer is a convolution of one tap at one position over all of its inputs as channels.
 */
import { inferShapes, type Network, type NetworkNode } from "@radlite/model/format";
import { listWeightedLayers, type WeightedNode } from "../layer-numbers.ts";
import type { Ranks } from "./hosvd.ts";
import { countChannels, type Kernel, type Mode } from "./kernel.ts";

/** `pointwise`: a 1x1 convolution; `spatial`: one of more taps. */
export type LayerKind = "dense" | "pointwise" | "spatial";

export type FactorableNode = Extract<NetworkNode, { op: "Conv" | "Gemm" }>;

export interface FactorableLayer {
  layer: number; // as radlite inspect numbers it
  node: FactorableNode;
  kind: LayerKind;
  kernel: Kernel;
  /** Pixels that the layer reads, and that it gives. */
  positions: Record<Mode, number>;
}

export interface Cost {
  weights: number; // without bias, which factoring leaves as it is
  macs: number;
}

/** Depthwise and grouped convolutions are left out: each of their channels sees a few others only. */
export function listFactorableLayers(network: Network): FactorableLayer[] {
  const shapes = inferShapes(network);
  return listWeightedLayers(network).flatMap(({ layer, node }) => {
    if (!isFactorable(node)) return [];
    const { shape, values } = network.tensors[node.weights]!;
    const [height, width, inputs, outputs] = node.op === "Gemm" ? [1, 1, ...shape] : shape;
    const kernel: Kernel = {
      shape: [height!, width!, inputs!, outputs!],
      values: Float64Array.from(values),
    };
    const [read, given] = [shapes[node.inputs[0]]!, shapes[layer]!];
    const positions =
      node.op === "Gemm"
        ? { input: 1, output: 1 }
        : { input: read[0] * read[1], output: given[0] * given[1] };
    const kind = node.op === "Gemm" ? "dense" : height! * width! === 1 ? "pointwise" : "spatial";
    return [{ layer, node, kind, kernel, positions }];
  });
}

/** The modes that a layer is cut in: with one tap, a basis of the outputs is the whole of an SVD already. */
export function modesOf(kind: LayerKind): readonly Mode[] {
  return kind === "spatial" ? ["input", "output"] : ["output"];
}

/** The shorter side of the mode's unfolding. */
export function highestRank({ kernel }: FactorableLayer, mode: Mode): number {
  const channels = countChannels(kernel, mode);
  return Math.min(channels, kernel.values.length / channels);
}

/** The cost of the layer with bases of these ranks, or of the layer as it is without any. */
export function countCost({ kernel, positions }: FactorableLayer, { input, output }: Ranks): Cost {
  const [height, width, inputs, outputs] = kernel.shape;
  const core = height * width * (input ?? inputs) * (output ?? outputs);
  const [first, last] = [inputs * (input ?? 0), outputs * (output ?? 0)];
  return {
    weights: first + core + last,
    macs: first * positions.input + (core + last) * positions.output,
  };
}

function isFactorable(node: WeightedNode): node is FactorableNode {
  return node.op === "Gemm" || (node.op === "Conv" && node.groups === 1);
}
