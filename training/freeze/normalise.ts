/**
 * Network -> a graph that can learn further and normalises while it does: behind every convolution that has a
 * bias stands a BatchNorm again. At the start it changes nothing, since it scales and shifts by what the
 * convolution gives already:
 *   gamma = sqrt(variance + epsilon),  beta = mean,  both of the convolution's values over some batches
 * and in the end it folds back, so that the network has the same nodes and tensors as before. A network that
 * loses many of its weights recovers with it, and hardly without: sums that shift are put right at once.
 */
import type { Network } from "@radlite/model/format";
import { EPSILON, type Graph, type GraphNode, type TensorSpec } from "../architectures/graph.ts";
import type { Batch } from "../fit/batches.ts";
import { foldBatchNorm } from "../fit/fold-batch-norm.ts";
import { estimateStatistics } from "../fit/statistics.ts";
import { thawNetwork } from "./thaw.ts";

export interface NormalisedNetwork {
  graph: Graph;
  /** One array for each of the graph's tensors; the first ones are the network's. */
  values: Float32Array[];
  /** For each of the network's tensors, the one that learns in its place: of a convolution's bias, beta. */
  learnt: number[];
  /** The network's values that answer as the graph does, with statistics estimated over `batches`. */
  fold(values: readonly Float32Array[], batches: readonly Batch[]): Float32Array[];
}

type BatchNorm = Required<Omit<Extract<GraphNode, { op: "BatchNorm" }>, "epsilon" | "frozen">>;

/** A convolution and the BatchNorm behind it. */
interface Pair {
  node: number; // of the network
  weights: number;
  bias: number;
  norm: BatchNorm; // its input is still to be set
}

/** `batches` are those that the statistics at the start are of. */
export function normaliseNetwork(network: Network, batches: readonly Batch[]): NormalisedNetwork {
  const { graph: plain, values } = thawNetwork(network);
  const tensors: TensorSpec[] = [...plain.tensors];
  const pairs = network.nodes.flatMap((node, at): Pair[] => {
    if ((node.op !== "Conv" && node.op !== "DepthwiseConv") || node.bias === undefined) return [];
    const shape = plain.tensors[node.bias]!.shape;
    const add = (role: TensorSpec["role"], fill: number): number => {
      values.push(new Float32Array(shape[0]!).fill(fill));
      return tensors.push({ shape, role }) - 1;
    };
    tensors[node.bias] = { shape, role: "bias", rateShare: 0 }; // BatchNorm takes it away again
    const [gamma, beta] = [add("gamma", 1), add("beta", 0)];
    const norm: BatchNorm = {
      op: "BatchNorm",
      inputs: [0],
      gamma,
      beta,
      mean: add("mean", 0),
      variance: add("variance", 1),
    };
    return [{ node: at, weights: node.weights, bias: node.bias, norm }];
  });
  const graph: Graph = { ...plain, nodes: insertNorms(network, pairs), tensors };
  for (const pair of pairs) takeStatistics(network, pair, { ...graph, values, batches });

  const learnt = network.tensors.map((_, at) => pairs.find(({ bias }) => bias === at)?.norm.beta ?? at);
  return {
    graph,
    values,
    learnt,
    fold: (tuned, seen) => foldPairs(network, pairs, estimateStatistics(graph, tuned, seen)),
  };
}

/** The network's nodes with a BatchNorm behind each convolution of a pair, which everything reads in its place. */
function insertNorms({ nodes }: Network, pairs: readonly Pair[]): GraphNode[] {
  const inserted: GraphNode[] = [];
  const numbers = [0]; // of each value of the network, its number in the graph
  nodes.forEach((node, at) => {
    const inputs = node.inputs.map((input) => numbers[input]!);
    inserted.push({ ...node, inputs } as GraphNode);
    const pair = pairs.find(({ node }) => node === at);
    if (pair) inserted.push({ ...pair.norm, inputs: [inserted.length] });
    numbers.push(inserted.length);
  });
  return inserted;
}

/** Sets a BatchNorm to what its convolution gives in the network as it is: the part of it before runs alone. */
function takeStatistics(
  { nodes }: Network,
  { node, norm }: Pair,
  { values, batches, ...graph }: Graph & { values: Float32Array[]; batches: readonly Batch[] },
): void {
  const part: Graph = { ...graph, nodes: [...nodes.slice(0, node + 1), { ...norm, inputs: [node + 1] }] };
  const estimated = estimateStatistics(part, values, batches);
  const variance = estimated[norm.variance]!;
  values[norm.mean] = estimated[norm.mean]!;
  values[norm.variance] = variance;
  values[norm.beta] = estimated[norm.mean]!.slice();
  values[norm.gamma] = variance.map((spread) => Math.sqrt(spread + EPSILON));
}

function foldPairs(
  network: Network,
  pairs: readonly Pair[],
  values: readonly Float32Array[],
): Float32Array[] {
  const folded: Float32Array[] = network.tensors.map((_, at) => values[at]!.slice());
  for (const { weights, bias, norm } of pairs) {
    const result = foldBatchNorm(values[weights]!, values[bias]!, {
      gamma: values[norm.gamma]!,
      beta: values[norm.beta]!,
      mean: values[norm.mean]!,
      variance: values[norm.variance]!,
    });
    folded[weights] = result.weights;
    folded[bias] = result.bias;
  }
  return folded;
}
