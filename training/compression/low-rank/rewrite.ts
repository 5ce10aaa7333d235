/**
 * The graph with some layers replaced by the chains of layers that their factors make; all else is as it was,
 * renumbered. Strides and pads stay with the core, which sees what the layer saw: the convolution before it has
 * no bias, so that zeros around its input are zeros around its output. The bias goes to the last of a chain.
 */
import type { Network, NetworkNode, WeightTensor } from "@radlite/model/format";
import type { Factors } from "./factors.ts";
import type { FactorableLayer, FactorableNode } from "./layer.ts";

/** A node whose inputs and tensors have no numbers yet. */
interface Link {
  node: NetworkNode;
  weights?: WeightTensor;
  bias?: WeightTensor;
}

export interface FactoredLayer extends FactorableLayer {
  factors: Factors;
}

/** Tensors are numbered in the order in which nodes use them; those of other layers are shared, not copied. */
export function replaceLayers(network: Network, layers: readonly FactoredLayer[]): Network {
  const { input, nodes, tensors, labels } = network;
  const replaced: Network = { input, nodes: [], tensors: [], labels };
  const numbers = [0]; // of each value that there was, its number now
  nodes.forEach((node, at) => {
    const layer = layers.find(({ layer }) => layer === at + 1);
    const inputs = node.inputs.map((value) => numbers[value]!);
    const bias = shift("bias" in node && node.bias !== undefined ? tensors[node.bias] : undefined, layer);
    const weights = "weights" in node ? tensors[node.weights] : undefined;
    const chain = layer ? makeChain(layer) : [{ node, weights }];
    chain.with(-1, { ...chain.at(-1)!, bias }).forEach((link, place) => {
      appendLink(replaced, link, place === 0 ? inputs : [replaced.nodes.length]);
    });
    numbers.push(replaced.nodes.length);
  });
  return replaced;
}

function shift(bias: WeightTensor | undefined, layer: FactoredLayer | undefined): WeightTensor | undefined {
  const gained = layer?.factors.biasShift;
  if (!gained) return bias;
  const values = bias ? bias.values.map((value, at) => value + gained[at]!) : gained;
  return { shape: [values.length], values, coding: { kind: "f32" } };
}

/** Without the bias. */
function makeChain({ node, kernel, factors }: FactoredLayer): Link[] {
  const { input, core, output, ranks } = factors;
  const [height, width, inputs, outputs] = kernel.shape;
  const toTensor = (values: Float32Array, shape: number[]): WeightTensor => ({
    shape: node.op === "Gemm" ? shape.slice(2) : shape,
    values,
    coding: { kind: "f32" },
  });
  return [
    ...(input ? [{ node: makePointwise(node), weights: toTensor(input, [1, 1, inputs, ranks[0]]) }] : []),
    { node, weights: toTensor(core, [height, width, ...ranks]) },
    ...(output ? [{ node: makePointwise(node), weights: toTensor(output, [1, 1, ranks[1], outputs]) }] : []),
  ];
}

/** A layer of one tap after or before the core; inputs and tensors are numbered when it is appended. */
function makePointwise({ op, inputs, weights }: FactorableNode): FactorableNode {
  if (op === "Gemm") return { op, inputs, weights };
  return { op, inputs, kernel: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0], groups: 1, weights };
}

function appendLink({ nodes, tensors }: Network, { node, weights, bias }: Link, inputs: number[]): void {
  const placed = { ...node, inputs } as NetworkNode;
  if ("weights" in placed) {
    delete placed.bias;
    placed.weights = tensors.push(weights!) - 1;
    if (bias) placed.bias = tensors.push(bias) - 1;
  }
  nodes.push(placed);
}
