/**
 * One node of a Radlite graph as ONNX nodes over NCHW tensors. Every value is [batch, channels, height, width],
 * also behind a Gemm, so any operator may follow any other; weights are transposed to ONNX's order, and what
 * a Gemm flattens is first put back into Radlite's order, [height, width, channels].
 */
import type { NetworkNode, ValueShape, WeightTensor } from "../network.ts";
import {
  type Emit,
  intAttribute,
  intsAttribute,
  type OnnxPiece,
  startPiece,
  transpose,
  windowAttributes,
} from "./piece.ts";
import { convertBinaryConv, convertSign } from "./signs.ts";

const CLIP_UPPER = 6;
/** Of a Reshape: as long as before. */
const SAME = 0n;

/** A node with what surrounds it. */
export interface PlacedNode {
  node: NetworkNode;
  /** Shapes of its first input and of its output. */
  input: ValueShape;
  output: ValueShape;
  /** ONNX names of the values that it reads. */
  sources: string[];
  /** Whether its first input comes out of a Pad. */
  isBehindPad: boolean;
  /** ONNX name of the value that it gives; the names of all that it adds begin with it. */
  name: string;
}

/** The ONNX nodes and constants that compute one node. */
export function convertNode(placed: PlacedNode, tensors: WeightTensor[]): OnnxPiece {
  const { node, input, output, sources, name } = placed;
  const { piece, emit, constant } = startPiece(name);
  const source = sources[0]!;

  switch (node.op) {
    case "Conv":
    case "DepthwiseConv": {
      const { shape, values } = tensors[node.weights]!;
      const isDepthwise = node.op === "DepthwiseConv";
      const [kh, kw, ci, co] = shape as [number, number, number, number];
      const weights = isDepthwise
        ? constant("weights", [ci, 1, kh, kw], transpose(values, shape, [2, 3, 0, 1]))
        : constant("weights", [co, ci, kh, kw], transpose(values, shape, [3, 2, 0, 1]));
      const bias = node.bias === undefined ? [] : [constant("bias", [output[2]], tensors[node.bias]!.values)];
      emit("Conv", [source, weights, ...bias], name, [
        ...windowAttributes(node),
        intAttribute("group", isDepthwise ? ci : node.groups),
      ]);
      return piece;
    }
    case "BinaryConv":
      convertBinaryConv(node, placed, tensors, { emit, constant });
      return piece;
    case "Sign":
      convertSign(node, placed, tensors, { emit, constant });
      return piece;
    case "Gemm": {
      const flat = emit("Flatten", [channelsLast(emit, source, input, name)], `${name}_flat`, [
        intAttribute("axis", 1),
      ]);
      const { shape, values } = tensors[node.weights]!;
      const bias = node.bias === undefined ? [] : [constant("bias", [output[2]], tensors[node.bias]!.values)];
      const product = emit("Gemm", [flat, constant("weights", shape, values), ...bias], `${name}_product`);
      emit(
        "Reshape",
        [product, constant("shape", [4], BigInt64Array.of(SAME, BigInt(output[2]), 1n, 1n))],
        name,
      );
      return piece;
    }
    case "MaxPool":
    case "AveragePool":
      emit(
        node.op,
        [placed.isBehindPad ? keepApart(emit, source, name) : source],
        name,
        windowAttributes(node),
      );
      return piece;
    case "Pad": {
      const [top, left, bottom, right] = node.pads.map(BigInt) as [bigint, bigint, bigint, bigint];
      emit(
        "Pad",
        [source, constant("pads", [8], BigInt64Array.of(0n, 0n, top, left, 0n, 0n, bottom, right))],
        name,
      );
      return piece;
    }
    case "Clip":
      emit(
        "Clip",
        [source, constant("min", [], Float32Array.of(0)), constant("max", [], Float32Array.of(CLIP_UPPER))],
        name,
      );
      return piece;
    case "Swish":
      emit("Mul", [source, emit("Sigmoid", [source], `${name}_gate`)], name);
      return piece;
    case "Concat":
    case "Softmax":
      emit(node.op, sources, name, [intAttribute("axis", 1)]);
      return piece;
    case "Add":
    case "Mul":
    case "GlobalAveragePool":
    case "Relu":
    case "Sigmoid":
      emit(node.op, sources, name);
      return piece;
    default:
      return node satisfies never;
  }
}

/**
 * A Concat of one, which changes nothing. onnxruntime (1.30) merges a Pad into the pool behind it, also where
 * that turns zeros into minus infinity or makes pads larger than the kernel; it does not look past a Concat.
 */
function keepApart(emit: Emit, source: string, name: string): string {
  return emit("Concat", [source], `${name}_padded`, [intAttribute("axis", 1)]);
}

/** The value in Radlite's order where that differs from ONNX's. */
function channelsLast(
  emit: Emit,
  source: string,
  [height, width, channels]: ValueShape,
  name: string,
): string {
  if (height * width === 1 || channels === 1) return source;
  return emit("Transpose", [source], `${name}_nhwc`, [intsAttribute("perm", [0, 2, 3, 1])]);
}
