/**
 * Nodes as bytes. What follows from the rest is not written: a node reads the value before it unless it says
 * otherwise, pads have a rule where they follow one, weights' shapes come from the input's, and an activation
 * right behind a node rides in that node's byte.
 *
 * Byte: bits 0-3 operator · bit 4 bias, or pads below zero · bit 5 inputs follow, each as its distance back (1: the value just
 * before) · bits 6-7 activation behind it. Operator 15 says that the operator's own byte follows. Then distances,
 * then a window, then output channels.
 */
import { RadliteError } from "@radlite/model/errors";
import type { ByteReader, ByteWriter } from "./byte-stream.ts";
import { LIMITS } from "./limits.ts";
import type { NetworkNode, Operator, Pads, ValueShape } from "./network.ts";
import { inferNodeShape, isWeighted, type WeightedNode, weightShape } from "./shapes.ts";
import { readWindow, writeWindow } from "./windows.ts";

/** Codes are final. From 15 on they have a byte of their own. */
const OPERATOR_CODES = {
  Conv: 0,
  DepthwiseConv: 1,
  Gemm: 2,
  MaxPool: 3,
  AveragePool: 4,
  GlobalAveragePool: 5,
  Add: 6,
  Mul: 7,
  Concat: 8,
  Relu: 9,
  Clip: 10,
  Sigmoid: 11,
  Swish: 12,
  Softmax: 13,
  Pad: 14,
  Sign: 15,
  BinaryConv: 16,
} as const satisfies Record<Operator, number>;

const OPERATOR_BY_CODE = new Map(
  Object.entries(OPERATOR_CODES).map(([op, code]) => [code as number, op as Operator]),
);
const ACTIVATIONS = [undefined, "Relu", "Clip", "Swish"] as const;

const OPERATOR_MASK = 0x0f;
/** In place of a code that does not fit the mask, or is the mask. */
const LONG_CODE = 15;
const BIAS_BIT = 0x10;
/** Of a Pad, which has no bias: pads have a sign, in their lowest bit. */
const SIGNED_BIT = BIAS_BIT;
const INPUTS_BIT = 0x20;
const ACTIVATION_SHIFT = 6;

export interface DecodedNodes {
  nodes: NetworkNode[];
  /** Shapes of the tensors that the nodes name, numbered in the order in which nodes use them. */
  tensorShapes: number[][];
  /** Of all values, the input first. */
  shapes: ValueShape[];
}

/** Writes all nodes; `shapes` are those of their values. Tensor numbers are not written: order tells them. */
export function writeNodes(writer: ByteWriter, nodes: NetworkNode[], shapes: ValueShape[]): void {
  writer.varint(nodes.length);
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index]!;
    const activation = activationBehind(nodes[index + 1], index);
    const implicit = node.inputs.length === 1 && node.inputs[0] === index;
    const hasBias = isWeighted(node) && node.bias !== undefined;
    const isSigned = node.op === "Pad" && hasSigns(node.pads);
    const code = OPERATOR_CODES[node.op];
    writer.byte(
      Math.min(code, LONG_CODE) |
        (hasBias ? BIAS_BIT : 0) |
        (isSigned ? SIGNED_BIT : 0) |
        (implicit ? 0 : INPUTS_BIT) |
        (activation << ACTIVATION_SHIFT),
    );
    if (code >= LONG_CODE) writer.byte(code);
    if (!implicit) {
      if (node.op === "Concat") writer.varint(node.inputs.length);
      for (const value of node.inputs) writer.varint(index + 1 - value);
    }
    if ("kernel" in node)
      writeWindow(writer, { ...node, groups: node.op === "Conv" ? node.groups : 1 }, shapes[node.inputs[0]]!);
    if (node.op === "Pad") for (const pad of node.pads) writer.varint(isSigned ? foldSign(pad) : pad);
    if (hasOutputs(node.op)) writer.varint(shapes[index + 1]![2]);
    if (activation > 0) index++;
  }
}

/**
 * Reads what `writeNodes` wrote, working out shapes on the way.
 * @throws BAD_ARTIFACT where the bytes make no sense, BAD_INPUT where the nodes do not fit each other.
 */
export function readNodes(reader: ByteReader, input: ValueShape): DecodedNodes {
  const count = reader.varint("number of nodes");
  if (count > LIMITS.nodes) throw damaged(`${count} nodes, expected at most ${LIMITS.nodes}`);
  const nodes: NetworkNode[] = [];
  const shapes: ValueShape[] = [input];
  const tensorShapes: number[][] = [];
  const append = (node: NetworkNode, out: number): void => {
    const inputs = node.inputs.map((value) => shapes[value]!);
    shapes.push(inferNodeShape(node, nodes.length, inputs, out));
    nodes.push(node);
  };

  while (nodes.length < count) {
    const code = reader.byte("node");
    const op = readOperator(reader, code & OPERATOR_MASK);
    const inputs = code & INPUTS_BIT ? readInputs(reader, op, nodes.length) : [nodes.length];
    const isSigned = op === "Pad" && (code & SIGNED_BIT) !== 0;
    const node = readNode(reader, { op, inputs, isSigned }, shapes[inputs[0]!]!);
    const out = hasOutputs(node.op) ? reader.varint("output channels") : 0;
    const hasBias = !isSigned && (code & BIAS_BIT) !== 0;
    if (hasBias && !takesBias(node)) throw damaged(`a bias on ${op}, which takes none`);
    if (isWeighted(node)) node.weights = tensorShapes.length;
    if (hasBias && takesBias(node)) node.bias = tensorShapes.length + 1;
    append(node, out);
    if (isWeighted(node)) {
      tensorShapes.push(weightShape(node, shapes[inputs[0]!]!, out));
      if (hasBias) tensorShapes.push([shapes.at(-1)![2]]);
    }

    const activation = ACTIVATIONS[code >> ACTIVATION_SHIFT];
    if (activation !== undefined) append({ op: activation, inputs: [nodes.length] }, 0);
  }
  if (nodes.length > count) throw damaged(`${nodes.length} nodes, expected ${count}`);
  return { nodes, tensorShapes, shapes };
}

function readOperator(reader: ByteReader, short: number): Operator {
  const code = short < LONG_CODE ? short : reader.byte("operator");
  const op = short < LONG_CODE || code >= LONG_CODE ? OPERATOR_BY_CODE.get(code) : undefined;
  if (op === undefined) throw damaged(`operator ${code}, which this version does not know`);
  return op;
}

/** Whether the number of output channels does not follow from the input. */
function hasOutputs(op: Operator): boolean {
  return op === "Conv" || op === "Gemm" || op === "BinaryConv";
}

function takesBias(node: NetworkNode): node is Exclude<WeightedNode, { op: "BinaryConv" }> {
  return isWeighted(node) && node.op !== "BinaryConv";
}

function activationBehind(next: NetworkNode | undefined, index: number): number {
  if (next === undefined || next.inputs.length !== 1 || next.inputs[0] !== index + 1) return 0;
  return Math.max(ACTIVATIONS.indexOf(next.op as (typeof ACTIVATIONS)[number]), 0);
}

function readInputs(reader: ByteReader, op: Operator, index: number): number[] {
  const count = op === "Concat" ? reader.varint("joined values") : op === "Add" || op === "Mul" ? 2 : 1;
  if (count < 1 || count > LIMITS.concatInputs)
    throw damaged(`a Concat of ${count} values, expected up to ${LIMITS.concatInputs}`);
  return Array.from({ length: count }, () => {
    const distance = reader.varint("input of a node");
    if (distance < 1 || distance > index + 1) throw damaged(`node ${index} reading ${distance} values back`);
    return index + 1 - distance;
  });
}

/** A node without its tensors' numbers, which the caller gives. */
function readNode(
  reader: ByteReader,
  { op, inputs, isSigned }: { op: Operator; inputs: number[]; isSigned: boolean },
  input: ValueShape,
): NetworkNode {
  const single: [number] = [inputs[0]!];
  switch (op) {
    case "Conv":
      return { op, inputs: single, ...readWindow(reader, input), weights: 0 };
    case "DepthwiseConv":
    case "BinaryConv":
    case "MaxPool":
    case "AveragePool": {
      const { groups, ...window } = readWindow(reader, input);
      if (groups !== 1) throw damaged(`groups on ${op}`);
      return op === "DepthwiseConv" || op === "BinaryConv"
        ? { op, inputs: single, ...window, weights: 0 }
        : { op, inputs: single, ...window };
    }
    case "Gemm":
    case "Sign":
      return { op, inputs: single, weights: 0 };
    case "Pad":
      return {
        op,
        inputs: single,
        pads: readPads(reader, isSigned),
      };
    case "Add":
    case "Mul":
      return { op, inputs: inputs as [number, number] };
    case "Concat":
      return { op, inputs };
    case "GlobalAveragePool":
    case "Relu":
    case "Clip":
    case "Sigmoid":
    case "Swish":
    case "Softmax":
      return { op, inputs: single };
  }
}

function readPads(reader: ByteReader, isSigned: boolean): Pads {
  const codes = [0, 1, 2, 3].map(() => reader.varint("padding"));
  const pads = (isSigned ? codes.map(unfoldSign) : codes) as unknown as Pads;
  if (isSigned && !hasSigns(pads)) throw damaged(`signs for pads [${pads}], of which none is below zero`);
  return pads;
}

function hasSigns(pads: Pads): boolean {
  return pads.some((pad) => pad < 0);
}

/** 0, -1, 1, -2 … as 0, 1, 2, 3 … */
function foldSign(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function unfoldSign(code: number): number {
  return code % 2 === 1 ? -(code + 1) / 2 : code / 2;
}

function damaged(found: string): RadliteError {
  return new RadliteError("BAD_ARTIFACT", `model file has ${found}; it is damaged or not made by Radlite`);
}
