/**
 * A trained graph -> Network. BatchNorm's running statistics are constants by now, so it folds into the weighted
 * layer before it (fit/fold-batch-norm.ts). Where there is no such layer it becomes one: a depthwise 1x1 convolution by s, or a Sign, where a sign follows.
 * A convolution's factor goes into its weights, Dropout lets everything through and goes; all else is taken as it
 * is. Values are float32 until a stage codes them otherwise; weights that are signs have a bit each.
 */
import type { Network, NetworkNode, WeightTensor } from "@radlite/model/format";
import type { Graph, GraphNode, ScaledConvolution } from "../architectures/graph.ts";
import { binariseFilters } from "../fit/binary-weights.ts";
import { foldBatchNorm, type Statistics } from "../fit/fold-batch-norm.ts";

type BatchNorm = Extract<GraphNode, { op: "BatchNorm" }>;
type BinaryActivation = Extract<GraphNode, { op: "BinaryActivation" }>;
type TakenNode = NetworkNode & Pick<ScaledConvolution, "factor">;

/** `values`: one array for each of the graph's tensors. */
export function freezeGraph(graph: Graph, values: readonly Float32Array[]): Network {
  const network: Network = { input: graph.input, nodes: [], tensors: [], labels: graph.labels };
  const numbers = numberValues(graph);
  graph.nodes.forEach((node, at) => {
    if (vanishes(graph, node)) return;
    const inputs = node.inputs.map((input) => numbers[input]!);
    const input = inputs[0]!;
    network.nodes.push(
      node.op === "BatchNorm"
        ? makeAffine(node, input, values, network)
        : node.op === "BinaryActivation"
          ? makeSign(node, input, values, network)
          : node.op === "BinaryConv"
            ? {
                ...node,
                inputs: [input],
                weights: addBinary(network, values[node.weights]!, graph.tensors[node.weights]!.shape),
              }
            : takeTensors({ ...node, inputs } as TakenNode, graph, values, network, findFold(graph, at)),
    );
  });
  return network;
}

/** For each value of the graph, its number in the frozen network, which is that of the layer it comes from. */
export function numberValues(graph: Pick<Graph, "nodes">): number[] {
  const numbers = [0];
  let layers = 0;
  for (const node of graph.nodes) numbers.push(vanishes(graph, node) ? numbers[node.inputs[0]]! : ++layers);
  return numbers;
}

/** A folded BatchNorm's value is there already. */
function vanishes(graph: Pick<Graph, "nodes">, node: GraphNode): boolean {
  return node.op === "Dropout" || (node.op === "BatchNorm" && isFolded(graph, node));
}

/** The node with its tensors copied over and their new numbers. */
function takeTensors(
  { factor = 1, ...node }: TakenNode,
  graph: Graph,
  values: readonly Float32Array[],
  network: Network,
  fold: BatchNorm | undefined,
): NetworkNode {
  if (!("weights" in node)) return node;
  const shape = graph.tensors[node.weights]!.shape;
  const weights = values[node.weights]!.map((weight) => weight * factor);
  const bias = node.bias === undefined ? undefined : values[node.bias]!.map((value) => value * factor);
  if (!fold) {
    const taken = { ...node, weights: addTensor(network, weights, shape) };
    return (bias ? { ...taken, bias: addTensor(network, bias, [bias.length]) } : taken) as NetworkNode;
  }
  const folded = foldBatchNorm(weights, bias, pickStatistics(fold, values), fold.epsilon);
  return {
    ...node,
    weights: addTensor(network, folded.weights, shape),
    bias: addTensor(network, folded.bias, [folded.bias.length]),
  } as NetworkNode;
}

function makeAffine(
  node: BatchNorm,
  input: number,
  values: readonly Float32Array[],
  network: Network,
): NetworkNode {
  const statistics = pickStatistics(node, values);
  const channels = statistics.gamma.length;
  const ones = new Float32Array(channels).fill(1);
  const { weights, bias } = foldBatchNorm(ones, undefined, statistics, node.epsilon);
  return {
    op: "DepthwiseConv",
    inputs: [input],
    kernel: [1, 1],
    strides: [1, 1],
    pads: [0, 0, 0, 0],
    weights: addTensor(network, weights, [1, 1, channels, 1]),
    bias: addTensor(network, bias, [channels]),
  };
}

/** A BatchNorm and the sign behind it: what s x + b' >= 0 asks is all that is left. */
function makeSign(
  node: BinaryActivation,
  input: number,
  values: readonly Float32Array[],
  network: Network,
): NetworkNode {
  const statistics = pickStatistics(node, values);
  const ones = new Float32Array(statistics.gamma.length).fill(1);
  const { weights, bias } = foldBatchNorm(ones, undefined, statistics);
  return {
    op: "Sign",
    inputs: [input],
    weights: addTensor(network, weights, [weights.length]),
    bias: addTensor(network, bias, [bias.length]),
  };
}

function addBinary({ tensors }: Network, latent: Float32Array, shape: number[]): number {
  const values = binariseFilters(latent, shape.at(-1)!);
  return tensors.push({ shape, values, coding: { kind: "binary" } }) - 1;
}

function addTensor({ tensors }: Network, values: Float32Array, shape: number[]): number {
  const tensor: WeightTensor = { shape, values, coding: { kind: "f32" } };
  return tensors.push(tensor) - 1;
}

function pickStatistics(
  { gamma, beta, mean, variance }: BatchNorm | BinaryActivation,
  values: readonly Float32Array[],
): Statistics {
  return {
    gamma: gamma === undefined ? new Float32Array(values[beta]!.length).fill(1) : values[gamma]!,
    beta: values[beta]!,
    mean: values[mean]!,
    variance: values[variance]!,
  };
}

/** The BatchNorm that reads the value of node `at`, when that has weights to scale and nothing else reads it. */
function findFold({ nodes }: Pick<Graph, "nodes">, at: number): BatchNorm | undefined {
  const node = nodes[at];
  if (node === undefined || !("weights" in node) || node.op === "BinaryConv") return undefined;
  const readers = nodes.filter(({ inputs }) => (inputs as number[]).includes(at + 1));
  const [only] = readers;
  return readers.length === 1 && only?.op === "BatchNorm" ? only : undefined;
}

function isFolded(graph: Pick<Graph, "nodes">, node: BatchNorm): boolean {
  return findFold(graph, node.inputs[0] - 1) === node;
}
