/**
 * The head that a class activation map is drawn with: a GlobalAveragePool whose means one Gemm weighs into the logits.
 * Through it the logit is a sum over places of the picture, so that the map is the network's own arithmetic and no
 * estimate of it. A head with hidden layers, or none, has no such map.
 */
import { RadliteError } from "@radlite/model/errors";
import { inferShapes, type Network } from "@radlite/model/format";

export interface ActivationHead {
  /** Cells of the features that the head reads. */
  height: number;
  width: number;
  /** A channel's weight in the logit of PNEUMONIA against NORMAL. */
  weights: Float32Array;
  /** What is added to the logit whatever the picture. */
  bias: number;
}

/** Undefined for a network with another head. */
export function findHead(network: Network): ActivationHead | undefined {
  const { nodes, tensors } = network;
  const last = nodes.at(-1);
  if (last?.op !== "Gemm") return undefined;
  const pool = nodes[last.inputs[0] - 1];
  if (pool?.op !== "GlobalAveragePool") return undefined;
  const [height, width, channels] = inferShapes(network)[pool.inputs[0]]!;
  const { values } = tensors[last.weights]!; // [channels, logits]
  const biases = last.bias === undefined ? undefined : tensors[last.bias]!.values;
  const logits = values.length / channels;
  const against = (row: ArrayLike<number>, at: number) =>
    logits === 1 ? row[at]! : row[2 * at + 1]! - row[2 * at]!;
  return {
    height,
    width,
    weights: Float32Array.from({ length: channels }, (_, channel) => against(values, channel)),
    bias: biases ? against(biases, 0) : 0,
  };
}

/** @throws BAD_INPUT with reason NOT_EXPLAINABLE where there is no head to draw a map with. */
export function requireHead({ head }: { head?: ActivationHead | undefined }): ActivationHead {
  if (head) return head;
  throw new RadliteError(
    "BAD_INPUT",
    "the model in use cannot be explained: its last layers are not a global average and one layer of weights, so there is no map of what it saw; ask for the verdict alone, or use a model with such a head",
    { reason: "NOT_EXPLAINABLE" },
  );
}
