/**
 * The pieces that architectures are put together from: each appends a layer to a graph and gives the value that
 * it computes. Layers carry the names of Keras Applications and come in the order of Keras' `model.layers`, so
 * that published weights fit by name and by order; what Keras spells as a padding layer before a convolution is
 * part of the convolution here.
 */
import { type InputRecipe, type Pads, samePads, type ValueShape } from "@radlite/model/format";
import type { Graph, GraphNode, ScaledConvolution, SignGradient, TensorRole } from "./graph.ts";

/** A value in the making. */
export interface Value {
  number: number;
  shape: ValueShape;
}

export interface WindowOptions {
  layer: string;
  /** Side of the square kernel, or rows and columns. */
  kernel: number | readonly [rows: number, columns: number];
  /** Default 1. */
  stride?: number;
  /** `same`: ceil(side / stride) windows; else zeros on each side. Default `same`. */
  pads?: "same" | Pads;
}

export interface ConvolutionOptions extends WindowOptions {
  filters: number;
  /** Default false: the BatchNorm behind it has one. */
  bias?: boolean;
  /** Multiplies what it gives; default 1. */
  factor?: number;
}

export const VALID: Pads = [0, 0, 0, 0];

export function startGraph(input: InputRecipe, labels: string[]): { graph: Graph; image: Value } {
  const graph: Graph = { input, nodes: [], tensors: [], labels, layers: [] };
  return { graph, image: { number: 0, shape: [input.height, input.width, input.channels] } };
}

export function convolve(
  graph: Graph,
  x: Value,
  { filters, bias, factor, ...options }: ConvolutionOptions,
): Value {
  const { shape, ...window } = slide(x, options);
  const kernel = [...window.kernel, x.shape[2], filters];
  const weights = tensor(graph, "kernel", kernel);
  const node: ScaledConvolution = { op: "Conv", inputs: [x.number], ...window, groups: 1, weights };
  if (factor !== undefined) node.factor = factor;
  if (bias) node.bias = tensor(graph, "bias", [filters]);
  return append(graph, options.layer, node, [shape[0], shape[1], filters]);
}

/** One kernel a channel, without a bias. */
export function convolveDepthwise(graph: Graph, x: Value, options: WindowOptions): Value {
  const { shape, ...window } = slide(x, options);
  const weights = tensor(graph, "depthwise", [...window.kernel, x.shape[2], 1]);
  return append(graph, options.layer, { op: "DepthwiseConv", inputs: [x.number], ...window, weights }, shape);
}

/** A depthwise convolution and a pointwise one, which are a single layer of Keras'. */
export function convolveSeparable(
  graph: Graph,
  x: Value,
  { filters, ...window }: WindowOptions & { filters: number },
): Value {
  const depthwise = convolveDepthwise(graph, x, window);
  return convolve(graph, depthwise, { layer: window.layer, filters, kernel: 1 });
}

/** `scaled: false`: without gamma. */
/** BatchNorm and the sign of what it gives. */
export function takeSigns(
  graph: Graph,
  x: Value,
  { layer, gradient }: { layer: string; gradient: SignGradient },
): Value {
  const add = (role: TensorRole) => tensor(graph, role, [x.shape[2]]);
  const statistics = { gamma: add("gamma"), beta: add("beta"), mean: add("mean"), variance: add("variance") };
  return append(
    graph,
    layer,
    { op: "BinaryActivation", inputs: [x.number], ...statistics, gradient },
    x.shape,
  );
}

/** A convolution of signs by signs, -1 around them, without a bias. */
export function convolveSigns(graph: Graph, x: Value, { filters, ...options }: ConvolutionOptions): Value {
  const { shape, ...window } = slide(x, options);
  const weights = tensor(graph, "latent", [...window.kernel, x.shape[2], filters]);
  const node: GraphNode = { op: "BinaryConv", inputs: [x.number], ...window, weights };
  return append(graph, options.layer, node, [shape[0], shape[1], filters]);
}

export function normalise(
  graph: Graph,
  x: Value,
  layer: string,
  epsilon?: number,
  { scaled = true } = {},
): Value {
  const add = (role: TensorRole) => tensor(graph, role, [x.shape[2]]);
  const gamma = scaled ? { gamma: add("gamma") } : {};
  const statistics = { beta: add("beta"), mean: add("mean"), variance: add("variance") };
  const node: GraphNode = { op: "BatchNorm", inputs: [x.number], ...gamma, ...statistics };
  return append(graph, layer, epsilon === undefined ? node : { ...node, epsilon }, x.shape);
}

/** `Clip` is ReLU6. */
export function activate(graph: Graph, x: Value, op: "Relu" | "Clip", layer: string): Value {
  return append(graph, layer, { op, inputs: [x.number] }, x.shape);
}

export function pool(
  graph: Graph,
  x: Value,
  op: "MaxPool" | "AveragePool",
  { layer, ...options }: WindowOptions,
): Value {
  const { shape, ...window } = slide(x, options);
  return append(graph, layer, { op, inputs: [x.number], ...window }, shape);
}

/** Zeros on each side; below zero: rows and columns taken away. */
export function pad(graph: Graph, x: Value, pads: Pads, layer: string): Value {
  const [height, width, channels] = x.shape;
  const shape: ValueShape = [height + pads[0] + pads[2], width + pads[1] + pads[3], channels];
  return append(graph, layer, { op: "Pad", inputs: [x.number], pads }, shape);
}

export function add(graph: Graph, a: Value, b: Value, layer: string): Value {
  return append(graph, layer, { op: "Add", inputs: [a.number, b.number] }, a.shape);
}

/** Along channels. */
export function concatenate(graph: Graph, values: Value[], layer: string): Value {
  const [height, width] = values[0]!.shape;
  const channels = values.reduce((sum, { shape }) => sum + shape[2], 0);
  const inputs = values.map(({ number }) => number);
  return append(graph, layer, { op: "Concat", inputs }, [height, width, channels]);
}

export function averageGlobally(graph: Graph, x: Value, layer: string): Value {
  return append(graph, layer, { op: "GlobalAveragePool", inputs: [x.number] }, [1, 1, x.shape[2]]);
}

/** A fully connected layer with a bias, over a value that is flattened row by row. */
export function connect(graph: Graph, x: Value, units: number, layer: string): Value {
  const inputs = x.shape.reduce((product, side) => product * side, 1);
  const weights = tensor(graph, "dense", [inputs, units]);
  const bias = tensor(graph, "bias", [units]);
  return append(graph, layer, { op: "Gemm", inputs: [x.number], weights, bias }, [1, 1, units]);
}

export function drop(graph: Graph, x: Value, rate: number, layer: string): Value {
  return append(graph, layer, { op: "Dropout", inputs: [x.number], rate }, x.shape);
}

function slide({ shape }: Value, { kernel, stride = 1, pads = "same" }: Omit<WindowOptions, "layer">) {
  const [rows, columns] = typeof kernel === "number" ? [kernel, kernel] : kernel;
  const window: { kernel: [number, number]; strides: [number, number] } = {
    kernel: [rows, columns],
    strides: [stride, stride],
  };
  const zeros = pads === "same" ? samePads(shape, window) : pads;
  const count = (side: number, sides: number) => Math.floor((side - sides) / stride) + 1;
  const [height, width, channels] = shape;
  const after: ValueShape = [
    count(height + zeros[0] + zeros[2], rows),
    count(width + zeros[1] + zeros[3], columns),
    channels,
  ];
  return { ...window, pads: zeros, shape: after };
}

function append(graph: Graph, layer: string, node: GraphNode, shape: ValueShape): Value {
  graph.layers?.push(layer);
  return { number: graph.nodes.push(node), shape };
}

function tensor(graph: Graph, role: TensorRole, shape: number[]): number {
  return graph.tensors.push({ shape, role }) - 1;
}
