/**
 * First values of a graph's tensors, from a seed alone.
 * He et al., "Delving Deep into Rectifiers", ICCV 2015: variance 2 / fan-in, here of a uniform distribution,
 * whose sampling needs no logarithm and so gives the same bits on every machine.
 */
import { uniformFloat32 } from "pure-rand/distribution/uniformFloat32";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { countValues, type Graph, type TensorRole } from "../architectures/graph.ts";

const CONSTANTS = { bias: 0, beta: 0, mean: 0, gamma: 1, variance: 1 } as const;

/** One array for each of the graph's tensors, row-major. */
export function initialiseTensors({ tensors }: Pick<Graph, "tensors">, seed: number): Float32Array[] {
  const generator = xoroshiro128plus(seed);
  return tensors.map((spec) => {
    const values = new Float32Array(countValues(spec));
    if (!isWeight(spec.role)) return values.fill(CONSTANTS[spec.role]);
    const fanIn = spec.shape.slice(0, -1).reduce((product, side) => product * side, 1);
    const limit = Math.sqrt(6 / fanIn);
    return values.map(() => (2 * uniformFloat32(generator) - 1) * limit);
  });
}

function isWeight(role: TensorRole): role is "kernel" | "dense" {
  return role === "kernel" || role === "dense";
}
