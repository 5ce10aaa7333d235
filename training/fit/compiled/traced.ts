/** A node of a graph as part of a program. */
import { compute, type Program, type Reference, type Symbolic } from "./program.ts";

/** What a node adds to the gradients of what it reads. */
export interface Contribution {
  /** dL/dx of each input. */
  inputs: Reference[];
  /** dL/dw, by the number of the tensor. */
  tensors?: [tensor: number, gradient: Reference][];
}

export interface Traced {
  value: Symbolic;
  backward(dy: Reference): Contribution;
}

/** The gradient of a bias, as part of a contribution. */
export function sumBias(
  program: Program,
  bias: number | undefined,
  dy: Reference,
): [tensor: number, gradient: Reference][] {
  return bias === undefined ? [] : [[bias, compute(program, "BiasAddGrad", [dy])]];
}
