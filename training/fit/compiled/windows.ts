/**
 * Operators that slide a window, forward and backward: padding, convolutions and pooling. Heights and widths are
 * those of the engine; TensorFlow pads by SAME alone, so any other padding is laid down beforehand.
 */
import { type NetworkNode, type Pads, samePads } from "@radlite/model/format";
import type { ScaledConvolution } from "../../architectures/graph.ts";
import {
  broadcast,
  compute,
  holdInts,
  holdNumber,
  INDEX,
  INT32,
  type Program,
  type Reference,
  type Symbolic,
} from "./program.ts";
import { sumBias, type Traced } from "./traced.ts";

type Window = Pick<Extract<NetworkNode, { op: "Conv" }>, "kernel" | "strides" | "pads">;

/** As TensorFlow pads: by SAME alone, so any other padding is laid down beforehand. */
function slide(program: Program, { kernel, strides, pads }: Window, x: Symbolic, value = 0) {
  const [, height, width, channels] = x.shape as [number, number, number, number];
  const same = samePads([height, width, channels], { kernel, strides });
  const isSame = pads.every((pad, side) => pad === same[side]);
  const padded = tracePad(program, x, isSame ? [0, 0, 0, 0] : pads, value);
  const count = (side: 0 | 1) => {
    const length = padded.value.shape[side + 1]!;
    return isSame
      ? Math.ceil(length / strides[side])
      : Math.floor((length - kernel[side]) / strides[side]) + 1;
  };
  return {
    padded,
    sides: [count(0), count(1)] as const,
    attributes: {
      strides: { ints: [1, ...strides, 1] },
      padding: { text: isSame ? "SAME" : "VALID" },
    },
  };
}

export function tracePad(program: Program, x: Symbolic, pads: Pads, value = 0): Traced {
  if (pads.every((pad) => pad === 0)) return { value: x, backward: (dy) => ({ inputs: [dy] }) };
  const [n, height, width, channels] = x.shape as [number, number, number, number];
  const zeros = pads.map((pad) => Math.max(0, pad)) as unknown as Pads;
  const cuts = pads.map((pad) => Math.max(0, -pad)) as unknown as Pads;
  const inner = [n, height - cuts[0] - cuts[2], width - cuts[1] - cuts[3], channels];
  const outer = [n, inner[1]! + zeros[0] + zeros[2], inner[2]! + zeros[1] + zeros[3], channels];
  const isNothing = (sides: Pads) => sides.every((side) => side === 0);
  const cut = (from: Reference, sides: Pads, shape: readonly number[]) => {
    if (isNothing(sides)) return from;
    const start = holdInts(program, [0, sides[0], sides[1], 0]);
    return compute(program, "Slice", [from, start, holdInts(program, shape)], INDEX);
  };
  const pad = (from: Reference, sides: Pads, by: number) => {
    if (isNothing(sides)) return from;
    const [top, left, bottom, right] = sides;
    const paddings = holdInts(program, [0, 0, top, bottom, left, right, 0, 0], [4, 2]);
    const attributes = { Tpaddings: { type: INT32 } };
    return compute(program, "PadV2", [from, paddings, holdNumber(program, by)], attributes);
  };
  return {
    value: { at: pad(cut(x.at, cuts, inner), zeros, value), shape: outer },
    backward: (dy) => ({ inputs: [pad(cut(dy, zeros, inner), cuts, 0)] }),
  };
}

export function traceConvolution(
  program: Program,
  node: ScaledConvolution,
  image: Symbolic,
  tensors: readonly Symbolic[],
): Traced {
  const points = takePoints(program, node, image);
  const strides: [number, number] = points ? [1, 1] : node.strides;
  const x = points?.value ?? image;
  const { padded, sides, attributes } = slide(program, { ...node, strides }, x);
  const kernel = tensors[node.weights]!;
  const bias = node.bias === undefined ? undefined : tensors[node.bias]!;
  const product = compute(program, "Conv2D", [padded.value.at, kernel.at], attributes);
  const biased = bias ? compute(program, "BiasAdd", [product, bias.at]) : product;
  const scale = (by: Reference) =>
    node.factor === undefined ? by : compute(program, "Mul", [by, holdNumber(program, node.factor)]);
  return {
    value: { at: scale(biased), shape: [x.shape[0]!, ...sides, kernel.shape[3]!] },
    backward(given) {
      const dy = scale(given);
      const shape = holdInts(program, padded.value.shape);
      const dx = compute(program, "Conv2DBackpropInput", [shape, kernel.at, dy], attributes);
      const filter = [padded.value.at, holdInts(program, kernel.shape), dy];
      const [ofPadded] = padded.backward(dx).inputs as [Reference];
      return {
        inputs: points ? points.backward(ofPadded).inputs : [ofPadded],
        tensors: [
          [node.weights, compute(program, "Conv2DBackpropFilter", filter, attributes)],
          ...sumBias(program, node.bias, dy),
        ],
      };
    },
  };
}

/** For a strided 1x1 convolution, whose own filter gradient writes beyond its buffer; see fit/forward.ts. */
function takePoints(program: Program, { kernel, strides, pads }: Window, x: Symbolic): Traced | undefined {
  const isPointwise = [...kernel, ...pads.map((pad) => pad + 1)].every((side) => side === 1);
  if (!isPointwise || (strides[0] === 1 && strides[1] === 1)) return undefined;
  return traceAverage(program, { kernel, strides, pads }, x);
}

export function traceDepthwise(
  program: Program,
  node: Extract<NetworkNode, { op: "DepthwiseConv" }>,
  x: Symbolic,
  tensors: readonly Symbolic[],
): Traced {
  const { padded, sides, attributes } = slide(program, node, x);
  const kernel = tensors[node.weights]!;
  const product = compute(program, "DepthwiseConv2dNative", [padded.value.at, kernel.at], attributes);
  const at =
    node.bias === undefined ? product : compute(program, "BiasAdd", [product, tensors[node.bias]!.at]);
  const differentiate = (part: string, inputs: Reference[]) =>
    compute(program, `DepthwiseConv2dNativeBackprop${part}`, inputs, attributes);
  return {
    value: { at, shape: [x.shape[0]!, ...sides, x.shape[3]!] },
    backward: (dy) => ({
      inputs: padded.backward(differentiate("Input", [holdInts(program, padded.value.shape), kernel.at, dy]))
        .inputs,
      tensors: [
        [node.weights, differentiate("Filter", [padded.value.at, holdInts(program, kernel.shape), dy])],
        ...sumBias(program, node.bias, dy),
      ],
    }),
  };
}

export function traceMaximum(program: Program, node: Window, x: Symbolic): Traced {
  const { padded, sides, attributes } = slide(program, node, x, Number.NEGATIVE_INFINITY);
  const window = { ...attributes, ksize: { ints: [1, ...node.kernel, 1] } };
  const at = compute(program, "MaxPool", [padded.value.at], window);
  return {
    value: { at, shape: [x.shape[0]!, ...sides, x.shape[3]!] },
    backward: (dy) => padded.backward(compute(program, "MaxPoolGrad", [padded.value.at, at, dy], window)),
  };
}

/** Padding is not counted: SAME does not, and what is laid down beforehand is divided out again. */
export function traceAverage(program: Program, node: Window, x: Symbolic): Traced {
  const { padded, sides, attributes } = slide(program, node, x);
  const window = { ...attributes, ksize: { ints: [1, ...node.kernel, 1] } };
  const average = (of: Symbolic) => compute(program, "AvgPool", [of.at], window);
  const isPadded = padded.value !== x;
  const share = isPadded
    ? average(tracePad(program, fillOnes(program, x.shape), node.pads).value)
    : undefined;
  const divide = (at: Reference) => (share === undefined ? at : compute(program, "RealDiv", [at, share]));
  return {
    value: { at: divide(average(padded.value)), shape: [x.shape[0]!, ...sides, x.shape[3]!] },
    backward: (dy) =>
      padded.backward(
        compute(program, "AvgPoolGrad", [holdInts(program, padded.value.shape), divide(dy)], window),
      ),
  };
}

/** Ones for one image and channel, to be spread over all. */
function fillOnes(program: Program, [, height, width]: readonly number[]): Symbolic {
  const shape = [1, height!, width!, 1];
  return { at: broadcast(program, holdNumber(program, 1), shape), shape };
}
