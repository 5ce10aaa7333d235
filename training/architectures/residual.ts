/**
 * The small residual family: a 3x3 stem, groups of residual blocks, global average, one logit.
 * He et al., "Deep Residual Learning for Image Recognition", CVPR 2016 (projection shortcuts, option B).
 * Convolutions carry no bias: the BatchNorm behind each has one.
 */
import { type InputRecipe, samePads, type ValueShape } from "@radlite/model/format";
import type { Graph, GraphNode, TensorRole } from "./graph.ts";

export interface ResidualOptions {
  stem: { width: number; stride: number };
  /** `blocks` residual blocks of `width` channels each; the first one strides. */
  body: readonly { width: number; blocks: number; stride: number }[];
}

type Convolution = Extract<GraphNode, { op: "Conv" }>;

/** A value in the making. */
interface Value {
  number: number;
  shape: ValueShape;
}

/** The graph of a residual network that answers the logit of `labels[1]`. */
export function buildResidual(input: InputRecipe, labels: string[], { stem, body }: ResidualOptions): Graph {
  const graph: Graph = { input, nodes: [], tensors: [], labels };
  let value: Value = { number: 0, shape: [input.height, input.width, input.channels] };
  value = relu(graph, convolve(graph, value, stem.width, 3, stem.stride));
  for (const { width, blocks, stride } of body) {
    for (let block = 0; block < blocks; block++)
      value = addBlock(graph, value, width, block === 0 ? stride : 1);
  }
  const [, , channels] = value.shape;
  value = append(graph, { op: "GlobalAveragePool", inputs: [value.number] }, [1, 1, channels]);
  const weights = tensor(graph, "dense", [channels, 1]);
  const bias = tensor(graph, "bias", [1]);
  append(graph, { op: "Gemm", inputs: [value.number], weights, bias }, [1, 1, 1]);
  return graph;
}

/** relu(convolve(relu(convolve(x))) + shortcut(x)); the shortcut is x itself where shapes allow. */
function addBlock(graph: Graph, x: Value, width: number, stride: number): Value {
  const inner = relu(graph, convolve(graph, x, width, 3, stride));
  const outer = convolve(graph, inner, width, 3, 1);
  const sameShape = stride === 1 && x.shape[2] === width;
  const shortcut = sameShape ? x : convolve(graph, x, width, 1, stride);
  return relu(graph, append(graph, { op: "Add", inputs: [outer.number, shortcut.number] }, outer.shape));
}

/** Convolution with SAME padding, then BatchNorm. */
function convolve(graph: Graph, x: Value, width: number, kernel: number, stride: number): Value {
  const [height, across, channels] = x.shape;
  const weights = tensor(graph, "kernel", [kernel, kernel, channels, width]);
  const window: Pick<Convolution, "kernel" | "strides"> = {
    kernel: [kernel, kernel],
    strides: [stride, stride],
  };
  const shape: ValueShape = [Math.ceil(height / stride), Math.ceil(across / stride), width];
  const pads = samePads(x.shape, window);
  const y = append(graph, { op: "Conv", inputs: [x.number], ...window, pads, groups: 1, weights }, shape);
  const [gamma, beta, mean, variance] = (["gamma", "beta", "mean", "variance"] as const).map((role) =>
    tensor(graph, role, [width]),
  ) as [number, number, number, number];
  return append(graph, { op: "BatchNorm", inputs: [y.number], gamma, beta, mean, variance }, shape);
}

function relu(graph: Graph, x: Value): Value {
  return append(graph, { op: "Relu", inputs: [x.number] }, x.shape);
}

function append(graph: Graph, node: GraphNode, shape: ValueShape): Value {
  return { number: graph.nodes.push(node), shape };
}

function tensor(graph: Graph, role: TensorRole, shape: number[]): number {
  return graph.tensors.push({ shape, role }) - 1;
}
