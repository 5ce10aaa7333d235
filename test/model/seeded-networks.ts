/** Networks whose weights are one seeded code, with choices of any numbers: what a file must hold. */
import {
  countFree,
  decodeSeeded,
  type Network,
  roundToFloat16,
  type SeededCode,
  type WeightTensor,
} from "@radlite/model/format";
import { createNumbers } from "./networks.ts";

export interface SeededOptions {
  seed: number;
  bits: number;
  blocks: number;
  /** The group size of weights; biases have groups of one. */
  group: number;
  /** Blocks of uneven sizes. */
  uneven?: boolean;
}

/** The network with its weights replaced by what a random code decodes to. */
export function seedNetwork(
  { nodes, tensors, ...rest }: Network,
  { seed, bits, blocks, group, uneven = false }: SeededOptions,
): Network {
  const numbers = createNumbers(seed);
  const weighted = nodes.flatMap((node) => ("weights" in node ? [node] : []));
  const biases = weighted.flatMap((node) => node.bias ?? []);
  const order = [...weighted.map((node) => node.weights), ...biases]; // of the file
  const members = order.map((index) => {
    const count = tensors[index]!.values.length;
    const scale = roundToFloat16(Float32Array.of(0.02 + 0.01 * numbers.whole(0, 9)))[0]!;
    return { count, group: biases.includes(index) ? 1 : Math.min(group, count), scale };
  });
  const free = members.reduce((sum, member) => sum + countFree(member), 0);
  const count = Math.min(blocks, free);
  const code: SeededCode = {
    seed,
    bits,
    members,
    choices: Uint32Array.from({ length: count }, () => numbers.whole(0, 2 ** bits - 1)),
    ...(uneven ? { sizes: drawSizes(free, count, numbers.whole) } : {}),
  };
  const values = decodeSeeded(code);
  const seeded = [...tensors];
  order.forEach((index, member) => {
    const tensor: WeightTensor = {
      shape: tensors[index]!.shape,
      values: values[member]!,
      coding: { kind: "seeded", code, member },
    };
    seeded[index] = tensor;
  });
  return { ...rest, nodes, tensors: seeded };
}

function drawSizes(
  values: number,
  blocks: number,
  whole: (low: number, high: number) => number,
): Uint32Array {
  const sizes = new Uint32Array(blocks).fill(1);
  for (let left = values - blocks; left > 0; ) {
    const more = whole(1, Math.min(left, 9));
    sizes[whole(0, blocks - 1)]! += more;
    left -= more;
  }
  return sizes;
}
