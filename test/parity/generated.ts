/**
 * Weights and images that follow from names alone, the same numbers here and in reference.py: float32 of
 * low + (high - low) u, with u the upper 24 bits of murmur3's finaliser over a count that starts at the first four
 * bytes of the name's SHA-256.
 */

import { createHash } from "node:crypto";
import { countValues, type Graph, type TensorSpec } from "@radlite/training/architectures";
import { nameTensors } from "@radlite/training/weights";

export function generateWeights(graph: Graph): Float32Array[] {
  const names = nameTensors(graph);
  return graph.tensors.map((spec, at) => {
    const { layer, tensor } = names[at]!;
    return draw(`${layer}/${tensor}`, countValues(spec), ...rangeOf(spec, tensor));
  });
}

/** Image `at`, [height, width, 3]. */
export function generateImage(at: number, height: number, width: number): Float32Array {
  return draw(`image/${at}`, height * width * 3, -1, 1);
}

function rangeOf({ role, shape }: TensorSpec, tensor: string): [low: number, high: number] {
  if (role === "gamma" || role === "variance") return [0.8, 1.2];
  if (role === "bias" || role === "beta" || role === "mean") return [-0.2, 0.2];
  const inputs = shape.slice(0, role === "depthwise" ? 2 : -1).reduce((product, side) => product * side, 1);
  const limit = Math.sqrt((tensor === "pointwise_kernel" ? 3 : 6) / inputs);
  return [-limit, limit];
}

function draw(name: string, length: number, low: number, high: number): Float32Array {
  const seed = createHash("sha256").update(name).digest().readUInt32LE();
  const values = new Float32Array(length);
  for (let at = 0; at < length; at++) {
    let bits = (seed + at) | 0;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    bits ^= bits >>> 16;
    values[at] = low + (high - low) * ((bits >>> 8) / 2 ** 24);
  }
  return values;
}
