/** What the ONNX of a node is made of: nodes, constants and their attributes. */
import type { Pads } from "../network.ts";
import { ATTRIBUTE_TYPES, DATA_TYPES, type OnnxAttribute, type OnnxNode, type OnnxTensor } from "./schema.ts";

export interface OnnxPiece {
  nodes: OnnxNode[];
  initializers: OnnxTensor[];
}

/** Appends an ONNX node and returns `to`, the name of its output. */
export type Emit = (op: string, inputs: string[], to: string, attributes?: OnnxAttribute[]) => string;

/** Adds a constant and returns its name. */
export type Constant = (suffix: string, dims: number[], values: Float32Array | BigInt64Array) => string;

/** An empty piece, and what adds to it. */
export function startPiece(prefix: string): { piece: OnnxPiece; emit: Emit; constant: Constant } {
  const piece: OnnxPiece = { nodes: [], initializers: [] };
  return {
    piece,
    emit(op_type, input, to, attribute = []) {
      piece.nodes.push({ op_type, name: `${op_type}_${to}`, input, output: [to], attribute });
      return to;
    },
    constant(suffix, dims, values) {
      piece.initializers.push(onnxTensor(`${prefix}_${suffix}`, dims, values));
      return `${prefix}_${suffix}`;
    },
  };
}

export function intAttribute(name: string, i: number): OnnxAttribute {
  return { name, type: ATTRIBUTE_TYPES.int, i };
}

export function intsAttribute(name: string, ints: number[]): OnnxAttribute {
  return { name, type: ATTRIBUTE_TYPES.ints, ints };
}

export function onnxTensor(name: string, dims: number[], values: Float32Array | BigInt64Array): OnnxTensor {
  const size = values.BYTES_PER_ELEMENT;
  const raw_data = new Uint8Array(values.length * size);
  const view = new DataView(raw_data.buffer);
  values.forEach((value, i) => {
    if (typeof value === "bigint") view.setBigInt64(i * size, value, true);
    else view.setFloat32(i * size, value, true);
  });
  return {
    name,
    dims,
    data_type: values instanceof Float32Array ? DATA_TYPES.float32 : DATA_TYPES.int64,
    raw_data,
  };
}

/** The values of a four-dimensional tensor with its axes in another order: axis i of the result is `order[i]`. */
export function transpose(
  values: Float32Array,
  shape: number[],
  order: [number, number, number, number],
): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
  const [a, b, c, d] = order.map((axis) => shape[axis]!) as [number, number, number, number];
  const [sa, sb, sc, sd] = order.map((axis) => strides[axis]!) as [number, number, number, number];
  const result = new Float32Array(values.length);
  let next = 0;
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let k = 0; k < c; k++) {
        for (let l = 0; l < d; l++) result[next++] = values[i * sa + j * sb + k * sc + l * sd]!;
      }
    }
  }
  return result;
}

export function windowAttributes({
  kernel,
  strides,
  pads,
}: {
  kernel: number[];
  strides: number[];
  pads: Pads;
}): OnnxAttribute[] {
  return [
    intsAttribute("kernel_shape", kernel),
    intsAttribute("strides", strides),
    intsAttribute("pads", [...pads]),
  ];
}
