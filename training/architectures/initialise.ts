/**
 * First values of a graph's tensors, from a seed alone.
 * He et al., "Delving Deep into Rectifiers", ICCV 2015: variance 2 / fan-in, here of a uniform distribution,
 * whose sampling needs no logarithm and so gives the same bits on every machine.
 */
import { uniformFloat32 } from "pure-rand/distribution/uniformFloat32";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { countValues, type Graph, type TensorRole, type TensorSpec } from "./graph.ts";

const CONSTANTS = { bias: 0, beta: 0, mean: 0, gamma: 1, variance: 1 } as const;

/** One array for each of the graph's tensors, row-major. */
export function initialiseTensors({ tensors }: Pick<Graph, "tensors">, seed: number): Float32Array[] {
  const generator = xoroshiro128plus(seed);
  return tensors.map((spec) => {
    const values = new Float32Array(countValues(spec));
    if (!isWeight(spec.role)) return values.fill(CONSTANTS[spec.role]);
    const limit = Math.sqrt(6 / countInputs(spec));
    return values.map(() => (2 * uniformFloat32(generator) - 1) * limit);
  });
}

/** The numbers that one output is summed over: of a depthwise kernel, those of its own channel. */
function countInputs({ role, shape }: TensorSpec): number {
  return shape.slice(0, role === "depthwise" ? 2 : -1).reduce((product, side) => product * side, 1);
}

function isWeight(role: TensorRole): role is "kernel" | "depthwise" | "latent" | "dense" {
  return role === "kernel" || role === "depthwise" || role === "latent" || role === "dense";
}
