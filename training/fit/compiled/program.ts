/**
 * A TensorFlow program in the making: operators by name, each reading the outputs of earlier ones, and its bytes as
 * a SavedModel, the one form of a whole program that tfjs can hand to TensorFlow. Field numbers are those of
 * TensorFlow's graph.proto, attr_value.proto, tensor.proto, meta_graph.proto and saved_model.proto.
 */
import protobuf from "protobufjs/minimal.js";

/** An operator's output, `name:number`. */
export type Reference = string;

/** A reference with what is known of its value. */
export interface Symbolic {
  at: Reference;
  shape: readonly number[];
}

export type Attribute =
  | { float: number }
  | { flag: boolean }
  | { text: string }
  | { int: number }
  | { ints: readonly number[] }
  | { type: number }
  | { shape: readonly number[] }
  | { tensor: { type: number; shape: readonly number[]; content: Uint8Array } };

interface Operator {
  name: string;
  op: string;
  inputs: readonly Reference[];
  attributes: Record<string, Attribute>;
}

export interface Program {
  operators: Operator[];
}

// Types as types.proto numbers them.
export const FLOAT = 1;
export const INT32 = 3;

/** The version of the graph's own format, as TensorFlow 2.15 writes it. */
const PRODUCER = 1645;

export const TAG = "train";

/** Gives the operator's name; `name:0` is its first output. */
export function append(
  { operators }: Program,
  op: string,
  inputs: readonly Reference[],
  attributes: Record<string, Attribute> = {},
  name = `${op}_${operators.length}`,
): string {
  operators.push({ name, op, inputs, attributes });
  return name;
}

/** An operator over floats with a single output. */
export function compute(
  program: Program,
  op: string,
  inputs: readonly Reference[],
  attributes: Record<string, Attribute> = {},
): Reference {
  return `${append(program, op, inputs, { T: { type: FLOAT }, ...attributes })}:0`;
}

export function feed(program: Program, name: string, shape: readonly number[]): Symbolic {
  append(program, "Placeholder", [], { dtype: { type: FLOAT }, shape: { shape } }, name);
  return { at: `${name}:0`, shape };
}

/** Whole numbers: a shape, a list of axes. `shape` of the list itself, where it is no plain one. */
export function holdInts(program: Program, values: readonly number[], shape = [values.length]): Reference {
  return hold(program, INT32, Int32Array.from(values), shape);
}

export function holdNumber(program: Program, value: number): Reference {
  return hold(program, FLOAT, Float32Array.of(value), []);
}

export function holdOnes(program: Program, count: number): Reference {
  return hold(program, FLOAT, new Float32Array(count).fill(1), [count]);
}

function hold(
  program: Program,
  type: number,
  { buffer }: Int32Array | Float32Array,
  shape: readonly number[],
): Reference {
  const tensor = { type, shape, content: new Uint8Array(buffer as ArrayBuffer) };
  return `${append(program, "Const", [], { dtype: { type }, value: { tensor } })}:0`;
}

export function broadcast(program: Program, at: Reference, shape: readonly number[]): Reference {
  return compute(program, "BroadcastTo", [at, holdInts(program, shape)], AXES);
}

/** Attributes of operators that take whole numbers besides floats. */
export const INDEX = { Index: { type: INT32 } };
export const AXES = { Tidx: { type: INT32 } };

type Writer = protobuf.Writer;

const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;
const tag = (field: number, wire = 0): number => (field << 3) | wire;

/** The content of saved_model.pb. */
export function encodeProgram({ operators }: Program): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32(tag(1)).int64(1); // saved_model_schema_version
  message(writer, 2, () => {
    message(writer, 1, () => writer.uint32(tag(4, LENGTH_DELIMITED)).string(TAG));
    message(writer, 2, () => {
      for (const operator of operators) message(writer, 1, () => writeOperator(writer, operator));
      message(writer, 4, () => writer.uint32(tag(1)).int32(PRODUCER));
    });
  });
  return writer.finish();
}

function message(writer: Writer, field: number, write: () => void): void {
  writer.uint32(tag(field, LENGTH_DELIMITED)).fork();
  write();
  writer.ldelim();
}

function writeOperator(writer: Writer, { name, op, inputs, attributes }: Operator): void {
  writer.uint32(tag(1, LENGTH_DELIMITED)).string(name);
  writer.uint32(tag(2, LENGTH_DELIMITED)).string(op);
  for (const input of inputs) writer.uint32(tag(3, LENGTH_DELIMITED)).string(input);
  for (const [key, attribute] of Object.entries(attributes)) {
    message(writer, 5, () => {
      writer.uint32(tag(1, LENGTH_DELIMITED)).string(key);
      message(writer, 2, () => writeAttribute(writer, attribute));
    });
  }
}

function writeAttribute(writer: Writer, attribute: Attribute): void {
  if ("text" in attribute) writer.uint32(tag(2, LENGTH_DELIMITED)).string(attribute.text);
  else if ("int" in attribute) writer.uint32(tag(3)).int64(attribute.int);
  else if ("float" in attribute) writer.uint32(tag(4, FIXED_32)).float(attribute.float);
  else if ("flag" in attribute) writer.uint32(tag(5)).bool(attribute.flag);
  else if ("type" in attribute) writer.uint32(tag(6)).int32(attribute.type);
  else if ("shape" in attribute) message(writer, 7, () => writeShape(writer, attribute.shape));
  else if ("ints" in attribute) {
    message(writer, 1, () =>
      message(writer, 3, () => attribute.ints.forEach((value) => void writer.int64(value))),
    );
  } else {
    const { type, shape, content } = attribute.tensor;
    message(writer, 8, () => {
      writer.uint32(tag(1)).int32(type);
      message(writer, 2, () => writeShape(writer, shape));
      writer.uint32(tag(4, LENGTH_DELIMITED)).bytes(content);
    });
  }
}

function writeShape(writer: Writer, shape: readonly number[]): void {
  for (const side of shape) message(writer, 2, () => writer.uint32(tag(1)).int64(side));
}
