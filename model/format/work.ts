/**
 * Work: what a run of a network takes, in nanoseconds of one core with the WASM kernels, to within a factor of two,
 * on a processor of 2025. Multiply-accumulates do not tell: a lone channel fills one lane of four or eight, every
 * tile has to be found, and pooling and activations multiply nothing.
 */
import type { NetworkNode, ValueShape } from "./network.ts";

/** A tile of a kernel, by pixel: being found and stored, and each number of its window. */
const TILES = {
  /** eight output channels */
  conv: { lanes: 8, tile: 2, tap: 0.27 },
  /** eight output channels; a number is 32 input channels here */
  signs: { lanes: 8, tile: 2, tap: 1.4 },
  /** four channels */
  depthwise: { lanes: 4, tile: 1, tap: 0.22 },
  pool: { lanes: 4, tile: 2, tap: 0.45 },
} as const;
/** By number computed. */
const EXPONENTIAL = 1.4;
const SOFTMAX = 7.5;
const OTHER = 0.3;

/** `shapes` are those of all values. */
export function countWorkNs(nodes: readonly NetworkNode[], shapes: readonly ValueShape[]): number {
  return nodes.reduce(
    (sum, node, index) => sum + nodeWorkNs(node, shapes[node.inputs[0]!]!, shapes[index + 1]!),
    0,
  );
}

function nodeWorkNs(node: NetworkNode, input: ValueShape, output: ValueShape): number {
  const pixels = output[0] * output[1];
  switch (node.op) {
    case "Conv": {
      const taps = (node.kernel[0] * node.kernel[1] * input[2]) / node.groups;
      return pixels * node.groups * tileNs(TILES.conv, output[2] / node.groups, taps);
    }
    case "BinaryConv": {
      const words = node.kernel[0] * node.kernel[1] * Math.ceil(input[2] / 32);
      return pixels * tileNs(TILES.signs, output[2], words);
    }
    case "Gemm":
      return tileNs(TILES.conv, output[2], input[0] * input[1] * input[2]);
    case "DepthwiseConv":
      return pixels * tileNs(TILES.depthwise, output[2], node.kernel[0] * node.kernel[1]);
    case "MaxPool":
    case "AveragePool":
      return pixels * tileNs(TILES.pool, output[2], node.kernel[0] * node.kernel[1]);
    case "GlobalAveragePool":
      return tileNs(TILES.pool, output[2], input[0] * input[1]);
    case "Sigmoid":
    case "Swish":
      return pixels * output[2] * EXPONENTIAL;
    case "Softmax":
      return pixels * output[2] * SOFTMAX;
    default:
      return pixels * output[2] * OTHER;
  }
}

function tileNs(
  { lanes, tile, tap }: { lanes: number; tile: number; tap: number },
  channels: number,
  taps: number,
): number {
  return Math.ceil(channels / lanes) * (tile + tap * taps);
}
