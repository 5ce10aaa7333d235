/**
 * A trained graph -> Network. BatchNorm's running statistics are constants by now, so it folds into the
 * convolution before it, a channel at a time:
 *   s = gamma / sqrt(variance + epsilon),  W' = W s,  b' = beta + (b - mean) s
 * Everything else is taken as it is; values are float32 until a stage codes them otherwise.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Network, NetworkNode, WeightTensor } from "@radlite/model/format";
import { EPSILON, type Graph, type GraphNode } from "../architectures/graph.ts";

type BatchNorm = Extract<GraphNode, { op: "BatchNorm" }>;
type Convolution = Extract<NetworkNode, { op: "Conv" }>;

/** `values`: one array for each of the graph's tensors. Errors: BAD_INPUT where a BatchNorm has no Conv to fold into. */
export function freezeGraph(graph: Graph, values: readonly Float32Array[]): Network {
  const network: Network = { input: graph.input, nodes: [], tensors: [], labels: graph.labels };
  const numbers = [0]; // of each value of the graph, its number in the network
  graph.nodes.forEach((node, at) => {
    if (node.op === "BatchNorm") {
      numbers.push(numbers[node.inputs[0]]!); // its Conv has given the normalised value already
      return;
    }
    const inputs = node.inputs.map((input) => numbers[input]!);
    network.nodes.push(
      takeTensors({ ...node, inputs } as NetworkNode, graph, values, network, findFold(graph, at)),
    );
    numbers.push(network.nodes.length);
  });
  refuseUnfolded(graph);
  return network;
}

/** The node with its tensors copied over and their new numbers. */
function takeTensors(
  node: NetworkNode,
  graph: Graph,
  values: readonly Float32Array[],
  network: Network,
  fold: BatchNorm | undefined,
): NetworkNode {
  if (!("weights" in node)) return node;
  const add = (array: Float32Array, shape: number[]): number => {
    const tensor: WeightTensor = { shape, values: array, coding: { kind: "f32" } };
    return network.tensors.push(tensor) - 1;
  };
  const shape = graph.tensors[node.weights]!.shape;
  const weights = values[node.weights]!;
  const bias = node.bias === undefined ? undefined : values[node.bias]!;
  if (!fold) {
    const taken = { ...node, weights: add(weights.slice(), shape) };
    return bias ? { ...taken, bias: add(bias.slice(), [bias.length]) } : taken;
  }
  const folded = foldBatchNorm(weights, bias, {
    gamma: values[fold.gamma]!,
    beta: values[fold.beta]!,
    mean: values[fold.mean]!,
    variance: values[fold.variance]!,
  });
  return { ...node, weights: add(folded.weights, shape), bias: add(folded.bias, [folded.bias.length]) };
}

/** Weights with the output channel last. */
export function foldBatchNorm(
  weights: Float32Array,
  bias: Float32Array | undefined,
  { gamma, beta, mean, variance }: Record<"gamma" | "beta" | "mean" | "variance", Float32Array>,
): { weights: Float32Array; bias: Float32Array } {
  const channels = gamma.length;
  const scale = Float64Array.from(gamma, (value, c) => value / Math.sqrt(variance[c]! + EPSILON));
  return {
    weights: weights.map((weight, at) => weight * scale[at % channels]!),
    bias: Float32Array.from(beta, (value, c) => value + ((bias?.[c] ?? 0) - mean[c]!) * scale[c]!),
  };
}

/** The BatchNorm that reads the value of node `at`, when that is a Conv and nothing else reads it. */
function findFold({ nodes }: Graph, at: number): BatchNorm | undefined {
  const readers = nodes.filter(({ inputs }) => (inputs as number[]).includes(at + 1));
  const [only] = readers;
  return isConvolution(nodes[at]) && readers.length === 1 && only?.op === "BatchNorm" ? only : undefined;
}

function refuseUnfolded(graph: Graph): void {
  for (const node of graph.nodes) {
    if (node.op !== "BatchNorm" || findFold(graph, node.inputs[0] - 1) === node) continue;
    throw new RadliteError(
      "BAD_INPUT",
      `The BatchNorm over value ${node.inputs[0]} cannot be folded: expected a Conv before it that nothing else reads.`,
    );
  }
}

function isConvolution(node: GraphNode | undefined): node is Convolution {
  return node?.op === "Conv";
}
