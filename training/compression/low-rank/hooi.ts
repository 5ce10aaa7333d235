/**
 * Higher-order orthogonal iteration: the bases of a Tucker form in turn, each the best one for the others as
 * they are. The error never grows from one sweep to the next; where only one mode has a basis, HOSVD's is the
 * best already.
 * De Lathauwer, De Moor & Vandewalle, "On the Best Rank-1 and Rank-(R1, ..., RN) Approximation of Higher-Order
 * Tensors", SIAM J. Matrix Anal. Appl. 21(4), 2000.
 */
import { decomposeMode } from "./hosvd.ts";
import { contract, type Kernel } from "./kernel.ts";
import { takeColumns } from "./svd.ts";
import type { Bases } from "./tucker.ts";

/** Bases of the same ranks as `start`, after `sweeps` over both modes. */
export function refineBases(kernel: Kernel, start: Bases, sweeps: number): Bases {
  let { input, output } = start;
  if (!input || !output) return start;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const seenByOutput = decomposeMode(contract(kernel, "output", output), "input");
    input = takeColumns(seenByOutput.basis, input.columns);
    const seenByInput = decomposeMode(contract(kernel, "input", input), "output");
    output = takeColumns(seenByInput.basis, output.columns);
  }
  return { input, output };
}
