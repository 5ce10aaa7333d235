/**
 * Signs in standard operators, to the bit: what a Sign compares is one rounded product, and the sums of a BinaryConv
 * are whole multiples of its filter's magnitude, which float32 holds exactly in whatever order they are added.
 */
import type { NetworkNode, WeightTensor } from "../network.ts";
import type { PlacedNode } from "./operators.ts";
import { type Constant, type Emit, intAttribute, transpose, windowAttributes } from "./piece.ts";

type Node<Op extends NetworkNode["op"]> = Extract<NetworkNode, { op: Op }>;
type Place = Pick<PlacedNode, "sources" | "name">;

interface Writer {
  emit: Emit;
  constant: Constant;
}

/** +1 where weights · x >= -bias, else -1. */
export function convertSign(
  node: Node<"Sign">,
  { sources, name }: Place,
  tensors: readonly WeightTensor[],
  { emit, constant }: Writer,
): void {
  const { values } = tensors[node.weights]!;
  const bias = node.bias === undefined ? new Float32Array(values.length) : tensors[node.bias]!.values;
  const dims = [values.length, 1, 1];
  const product = emit("Mul", [sources[0]!, constant("weights", dims, values)], `${name}_product`);
  const thresholds = constant(
    "thresholds",
    dims,
    bias.map((value) => -value),
  );
  const isPlus = emit("GreaterOrEqual", [product, thresholds], `${name}_plus`);
  const [plus, minus] = [1, -1].map((sign) =>
    constant(sign > 0 ? "one" : "minus", [], Float32Array.of(sign)),
  );
  emit("Where", [isPlus, plus!, minus!], name);
}

/** A Pad with -1, which Conv does not have, then a Conv without. */
export function convertBinaryConv(
  node: Node<"BinaryConv">,
  { sources, name }: Place,
  tensors: readonly WeightTensor[],
  { emit, constant }: Writer,
): void {
  const { shape, values } = tensors[node.weights]!;
  const [kh, kw, ci, co] = shape as [number, number, number, number];
  const [top, left, bottom, right] = node.pads.map(BigInt) as [bigint, bigint, bigint, bigint];
  const pads = constant("pads", [8], BigInt64Array.of(0n, 0n, top, left, 0n, 0n, bottom, right));
  const padded = emit(
    "Pad",
    [sources[0]!, pads, constant("minus", [], Float32Array.of(-1))],
    `${name}_padded`,
  );
  const weights = constant("weights", [co, ci, kh, kw], transpose(values, shape, [3, 2, 0, 1]));
  emit("Conv", [padded, weights], name, [
    ...windowAttributes({ ...node, pads: [0, 0, 0, 0] }),
    intAttribute("group", 1),
  ]);
}
