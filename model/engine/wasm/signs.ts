/**
 * Signs and their convolutions as kernel calls. A value that only BinaryConvs read is bits (Steps.packed) from its
 * start; a BinaryConv whose input is needed as floats too packs it for itself.
 */
import type { NetworkNode, WeightTensor } from "@radlite/model/format";
import { packBinaryWeights, packedLength, type View } from "@radlite/model/kernels";
import type { Surroundings } from "./calls.ts";
import type { Call, Program } from "./program.ts";
import type { Step } from "./steps.ts";
import { borderOf } from "./storage.ts";
import { foldSign } from "./thresholds.ts";
import { subView } from "./views.ts";

type SignNode = Extract<NetworkNode, { op: "Sign" }>;
type BinaryConvNode = Extract<NetworkNode, { op: "BinaryConv" }>;

const WORD_BITS = 32;
const WORD_BYTES = 4;

/** Words of one pixel of a packed value. */
export function countWords(channels: number): number {
  return Math.ceil(channels / WORD_BITS);
}

export function planSign(
  program: Program,
  node: SignNode,
  { inputs, output }: Step,
  around: Surroundings,
): Call[] {
  const [from, to] = [inputs[0]!, output].map((value) => program.view(around.viewOf(value)));
  const weights = placeChannels(program, around.tensors[node.weights]!.values);
  const thresholds = placeChannels(program, thresholdsOf(node, around.tensors));
  return around.packed.has(output)
    ? [(kernels) => kernels.packSigns(from!, weights, thresholds, to!)]
    : [(kernels) => kernels.floatSigns(from!, weights, thresholds, to!)];
}

export function planBinaryConv(
  program: Program,
  node: BinaryConvNode,
  step: Step,
  around: Surroundings,
): Call[] {
  const { addend, output, low, high, sign } = step;
  const y = around.viewOf(output);
  const { values } = around.tensors[node.weights]!;
  const [kernelHeight, kernelWidth] = node.kernel;
  const { x, calls } = findBits(program, node, step, around);
  const taps = kernelHeight * kernelWidth;
  const weights = program.weights(packedLength(taps * countWords(x.channels), y.channels), (target) =>
    asWords(target).set(packBinaryWeights(values, taps, x.channels, y.channels)),
  );
  const products = taps * x.channels;
  const [factors, offsets] = sign
    ? placeThresholds(program, { values, sign, products, outputs: y.channels }, around.tensors)
    : placeScales(program, { values, affine: step.affine, outputs: y.channels }, around.tensors);
  const plus = addend === undefined ? 0 : program.view(around.viewOf(addend));
  const [from, to] = [program.view(x), program.view(y)];
  const window = [...node.kernel, ...node.strides, node.pads[0], node.pads[1]] as const;
  const isSigns = sign !== undefined;
  return [
    ...calls,
    (kernels) => kernels.binaryConv(from, weights, factors, offsets, plus, to, ...window, isSigns, low, high),
  ];
}

/** The input as bits, and what has to be called for them to be there. */
function findBits(
  program: Program,
  node: BinaryConvNode,
  { inputs, output }: Step,
  around: Surroundings,
): { x: View; calls: Call[] } {
  const value = inputs[0]!;
  const floats = around.viewOf(value);
  if (around.packed.has(value)) return { x: floats, calls: [] };
  const { height, width, channels } = floats;
  const border = borderOf(node, around.shapes[value]!, around.shapes[output]!);
  const pixelBytes = countWords(channels) * WORD_BYTES;
  const rows = Math.max(0, border.top) + height + Math.max(0, border.bottom);
  const columns = Math.max(0, border.left) + width + Math.max(0, border.right);
  const rowBytes = columns * pixelBytes;
  const whole: View = {
    data: program.reserve(rows * rowBytes),
    height: rows,
    width: columns,
    channels,
    rowBytes,
    pixelBytes,
  };
  const x = subView(whole, border.top, border.left, height, width);
  const [from, to] = [program.view(floats), program.view(x)];
  const ones = placeChannels(program, new Float32Array(channels).fill(1));
  const zeros = placeChannels(program, new Float32Array(channels));
  return { x, calls: [(kernels) => kernels.packSigns(from, ones, zeros, to)] };
}

/** Directions and thresholds of the sums, which make a Sign's bits. */
function placeThresholds(
  program: Program,
  {
    values,
    sign,
    products,
    outputs,
  }: { values: Float32Array; sign: SignNode; products: number; outputs: number },
  tensors: readonly WeightTensor[],
): [directions: number, thresholds: number] {
  const length = packedLength(1, outputs);
  const { values: weights } = tensors[sign.weights]!;
  const bias = sign.bias === undefined ? undefined : tensors[sign.bias]!.values;
  const fold = (out: number) =>
    foldSign({
      magnitude: Math.abs(values[out]!),
      weight: weights[out]!,
      bias: bias?.[out] ?? 0,
      products,
    });
  const folded = Array.from({ length }, (_, out) =>
    out < outputs ? fold(out) : { direction: 0, threshold: 1 },
  );
  return [
    program.weights(length, (target) => asWords(target).set(folded.map(({ direction }) => direction))),
    program.weights(length, (target) => asWords(target).set(folded.map(({ threshold }) => threshold))),
  ];
}

/** Factors and offsets of the sums, which make a convolution's floats. */
function placeScales(
  program: Program,
  { values, affine, outputs }: { values: Float32Array; affine: Step["affine"]; outputs: number },
  tensors: readonly WeightTensor[],
): [factors: number, offsets: number] {
  const scales = affine && tensors[affine.weights]!.values;
  const bias = affine?.bias === undefined ? new Float32Array(outputs) : tensors[affine.bias]!.values;
  const factors = values.subarray(0, outputs).map((value, out) => Math.abs(value) * (scales?.[out] ?? 1));
  return [placeChannels(program, factors), placeChannels(program, bias)];
}

function thresholdsOf({ weights, bias }: SignNode, tensors: readonly WeightTensor[]): Float32Array {
  if (bias === undefined) return new Float32Array(tensors[weights]!.values.length);
  return tensors[bias]!.values.map((value) => -value);
}

/** Numbers of channels, filled up to what a kernel reads. */
function placeChannels(program: Program, values: Float32Array): number {
  return program.weights(packedLength(1, values.length), (target) => target.set(values));
}

function asWords({ buffer, byteOffset, length }: Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}
