/**
 * Runs a graph over a batch with TensorFlow: the one interpreter for training (BatchNorm by the batch, its
 * statistics handed out), for validation (running statistics) and for networks that are folded already, since
 * a Network is a Graph without BatchNorm. Differentiable in every tensor that is trained.
 */
import { RadliteError } from "@radlite/model/errors";
import { type Pads, samePads } from "@radlite/model/format";
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-node";
import { EPSILON, type Graph, type GraphNode, type ScaledConvolution } from "../architectures/graph.ts";
import { normaliseBatch } from "./batch-norm.ts";
import { type ConvolutionWindow, convolveBiased } from "./convolution.ts";
import { convolveDepthwise } from "./depthwise.ts";
import { padMap, poolAverage, poolMaximum } from "./pool.ts";
import { rectify } from "./rectify.ts";
import { binariseWeights, compareNormalised, compareSigns, takeSigns } from "./signs.ts";
import { tf } from "./tensorflow.ts";

/** What a batch's BatchNorm saw, kept: whoever passed `onStatistics` disposes the two tensors. */
export type StatisticsListener = (
  node: { mean: number; variance: number },
  mean: Tensor1D,
  variance: Tensor1D,
) => void;

export interface ForwardOptions {
  /** Given: BatchNorm normalises by the batch and reports; absent: by the running statistics. */
  onStatistics?: StatisticsListener;
  /** Given: Dropout draws from it; absent: it lets everything through. */
  dropoutSeed?: number;
}

/** The part of a graph that running needs; a Network has it too. */
export type Runnable = Pick<Graph, "nodes">;

type Window = Pick<ScaledConvolution, "kernel" | "strides" | "pads" | "inputs">;

const CHANNELS = 3; // the last axis of a value

/** x [batch, height, width, channels], one tensor for each of the graph's; gives logits [batch, labels or 1]. */
export function runGraph(
  graph: Runnable,
  tensors: Tensor[],
  x: Tensor4D,
  options: ForwardOptions = {},
): Tensor2D {
  return toLogits(runNodes(graph, tensors, x, options));
}

/** The logits of a graph's last value. */
export function toLogits(value: Tensor4D): Tensor2D {
  return value.reshape([value.shape[0], value.size / value.shape[0]]);
}

/** As `runGraph`, but gives the last node's value as it is: [batch, height, width, channels]. */
export function runNodes(
  graph: Runnable,
  tensors: Tensor[],
  x: Tensor4D,
  options: ForwardOptions = {},
): Tensor4D {
  return runValues(graph, tensors, x, options).at(-1)!;
}

/** As `runNodes`, but gives every value: entry 0 is x, entry i + 1 what node i gives. */
export function runValues(
  { nodes }: Runnable,
  tensors: Tensor[],
  x: Tensor4D,
  options: ForwardOptions = {},
): Tensor4D[] {
  const values: Tensor4D[] = [x];
  for (const node of nodes)
    values.push(
      runNode(
        node,
        node.inputs.map((input) => values[input]!),
        tensors,
        options,
      ),
    );
  return values;
}

function runNode(
  node: GraphNode,
  inputs: Tensor4D[],
  tensors: Tensor[],
  { onStatistics, dropoutSeed }: ForwardOptions,
): Tensor4D {
  const x = inputs[0]!;
  switch (node.op) {
    case "Conv":
      return convolve(node, x, tensors);
    case "DepthwiseConv":
      return addBias(node, convolveDepthwise(node, x, tensors[node.weights] as Tensor4D), tensors);
    case "BatchNorm": {
      const [beta, mean, variance] = [node.beta, node.mean, node.variance].map(
        (at) => tensors[at] as Tensor1D,
      ) as [Tensor1D, Tensor1D, Tensor1D];
      const gamma = node.gamma === undefined ? tf.onesLike(beta) : (tensors[node.gamma] as Tensor1D);
      if (!onStatistics || node.frozen)
        return tf.batchNorm4d(x, mean, variance, beta, gamma, node.epsilon ?? EPSILON);
      const normalised = normaliseBatch(x, gamma, beta, node.epsilon);
      onStatistics(node, normalised.mean, normalised.variance);
      return normalised.y;
    }
    case "BinaryActivation": {
      const [gamma, beta, mean, variance] = [node.gamma, node.beta, node.mean, node.variance].map(
        (at) => tensors[at] as Tensor1D,
      ) as [Tensor1D, Tensor1D, Tensor1D, Tensor1D];
      if (!onStatistics) return compareNormalised(x, { gamma, beta, mean, variance });
      const normalised = normaliseBatch(x, gamma, beta);
      onStatistics(node, normalised.mean, normalised.variance);
      return takeSigns(normalised.y, node.gradient);
    }
    case "Sign":
      return compareSigns(
        x,
        tensors[node.weights]!,
        node.bias === undefined ? undefined : tensors[node.bias],
      );
    case "BinaryConv": {
      const kernel = binariseWeights(tensors[node.weights] as Tensor4D);
      return isPointwise(node)
        ? convolvePoints(node, x, kernel)
        : tf.conv2d(padMap(x, node.pads, -1), kernel, node.strides, "valid");
    }
    case "Gemm": {
      const flat = x.reshape([x.shape[0], x.size / x.shape[0]]) as Tensor2D;
      const product = tf.matMul(flat, tensors[node.weights] as Tensor2D);
      return toMap(node.bias === undefined ? product : product.add(tensors[node.bias]!));
    }
    case "GlobalAveragePool":
      return x.mean([1, 2], true);
    case "MaxPool":
      return poolMaximum(node, x);
    case "AveragePool":
      return poolAverage(node, x);
    case "Pad":
      return padMap(x, node.pads);
    case "Add":
      return tf.add(x, inputs[1]!);
    case "Mul":
      return tf.mul(x, inputs[1]!);
    case "Concat":
      return tf.concat(inputs, CHANNELS);
    case "Relu":
    case "Clip":
      return rectify(node.op, x);
    case "Sigmoid":
      return tf.sigmoid(x);
    case "Swish":
      return tf.mul(x, tf.sigmoid(x));
    case "Softmax":
      return tf.softmax(x, CHANNELS);
    case "Dropout": {
      return dropoutSeed === undefined ? x : drop(node, x, dropoutSeed);
    }
    default:
      throw new RadliteError("BAD_INPUT", `Training does not run ${JSON.stringify(node satisfies never)}.`);
  }
}

export type DropoutNode = Extract<GraphNode, { op: "Dropout" }>;

export function drop({ rate, inputs }: DropoutNode, x: Tensor, seed: number): Tensor4D {
  return tf.dropout(x, rate, undefined, `${seed} ${inputs[0]}`) as Tensor4D;
}

/** TensorFlow differentiates SAME and VALID alone, so any other padding is laid down beforehand. */
function convolve(node: ScaledConvolution, x: Tensor4D, tensors: Tensor[]): Tensor4D {
  const kernel = tensors[node.weights] as Tensor4D;
  const bias = node.bias === undefined ? undefined : (tensors[node.bias] as Tensor1D);
  const y = isPointwise(node)
    ? convolvePoints(node, x, kernel, bias)
    : convolveWindows(node, x, kernel, bias);
  return node.factor === undefined ? y : tf.mul(y, node.factor);
}

function addBias({ bias }: { bias?: number }, y: Tensor4D, tensors: Tensor[]): Tensor4D {
  return bias === undefined ? y : tf.add(y, tensors[bias]!);
}

function convolveWindows(node: ScaledConvolution, x: Tensor4D, kernel: Tensor4D, bias?: Tensor1D): Tensor4D {
  const [, height, width, channels] = x.shape;
  const isImage = node.inputs[0] === 0;
  const { strides } = node;
  return equals(node.pads, samePads([height, width, channels], node))
    ? convolveBy(x, kernel, bias, { strides, padding: "same", isImage })
    : convolveBy(padMap(x, node.pads), kernel, bias, { strides, padding: "valid", isImage });
}

/**
 * Takes the points that the strides leave, then convolves: in TensorFlow 2.15 with oneDNN the filter's gradient
 * of a strided 1x1 convolution writes beyond its buffer (64x64 pixels, 8 channels: the process dies).
 */
function convolvePoints(
  { strides, inputs }: Window,
  x: Tensor4D,
  kernel: Tensor4D,
  bias?: Tensor1D,
): Tensor4D {
  const points = strides[0] === 1 && strides[1] === 1 ? x : tf.avgPool(x, 1, strides, "valid");
  return convolveBy(points, kernel, bias, { strides: [1, 1], padding: "valid", isImage: inputs[0] === 0 });
}

function convolveBy(
  x: Tensor4D,
  kernel: Tensor4D,
  bias: Tensor1D | undefined,
  window: ConvolutionWindow,
): Tensor4D {
  if (bias) return convolveBiased(x, kernel, bias, window);
  return tf.conv2d(x, kernel, [...window.strides], window.padding);
}

function isPointwise({ kernel, pads }: Window): boolean {
  return kernel[0] === 1 && kernel[1] === 1 && equals(pads, [0, 0, 0, 0]);
}

function equals(a: Pads, b: Pads): boolean {
  return a.every((zeros, side) => zeros === b[side]);
}

function toMap(rows: Tensor): Tensor4D {
  return rows.reshape([rows.shape[0]!, 1, 1, rows.size / rows.shape[0]!]);
}
