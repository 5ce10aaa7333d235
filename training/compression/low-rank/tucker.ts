/**
 * Tucker-2 form of a convolution's weights: bases of the input and the output channels, and a core that mixes
 * them tap by tap; K[h, w, i, o] = sum over a, b of core[h, w, a, b] input[i, a] output[o, b]. It runs as three
 * convolutions, 1x1 to the input basis, the core, 1x1 from the output basis. A mode without a basis stays
 * whole, which leaves out its 1x1 convolution and never makes the error larger.
 * Tucker, Psychometrika 31, 1966; for convolutions Kim et al., "Compression of Deep Convolutional Neural
 * Networks for Fast and Low Power Mobile Applications", ICLR 2016.
 */
import { Matrix } from "ml-matrix";
import { contract, type Kernel, type Mode, measureNorm, unfold } from "./kernel.ts";

/** [channels of the mode, rank]; orthonormal columns as the decompositions give them. */
export type Bases = Partial<Record<Mode, Matrix>>;

export interface Tucker {
  bases: Bases;
  core: Kernel; // [kernel height, kernel width, input rank, output rank]
}

/** The best core for given bases: the kernel itself, seen in them. */
export function projectKernel(kernel: Kernel, bases: Bases): Tucker {
  let core = kernel;
  if (bases.input) core = contract(core, "input", bases.input);
  if (bases.output) core = contract(core, "output", bases.output);
  return { bases, core };
}

export function composeKernel({ bases, core }: Tucker): Kernel {
  let kernel = core;
  if (bases.input) kernel = contract(kernel, "input", bases.input.transpose());
  if (bases.output) kernel = contract(kernel, "output", bases.output.transpose());
  return kernel;
}

/**
 * The same kernel, each component of a basis and its slice of the core of equal norm, so that what is fine-tuned
 * learns at one rate.
 */
export function balanceTucker({ bases, core }: Tucker): Tucker {
  const balanced: Tucker = { bases: { ...bases }, core };
  for (const mode of ["input", "output"] as const) {
    const basis = bases[mode];
    if (!basis) continue;
    const slices = unfold(balanced.core, mode);
    const factors = Array.from({ length: basis.columns }, (_, at) => {
      const ratio = slices.getRowVector(at).norm() / basis.getColumnVector(at).norm();
      return ratio > 0 && Number.isFinite(ratio) ? Math.sqrt(ratio) : 1;
    });
    balanced.bases[mode] = basis.clone().mulRowVector(factors);
    balanced.core = contract(balanced.core, mode, Matrix.diag(factors.map((factor) => 1 / factor)));
  }
  return balanced;
}

/** Norm of what the form leaves out, over the norm of the kernel; 0 for a kernel of zeros. */
export function measureError(kernel: Kernel, tucker: Tucker): number {
  const composed = composeKernel(tucker).values;
  const difference = kernel.values.map((value, at) => value - composed[at]!);
  return measureNorm({ values: difference }) / (measureNorm(kernel) || 1);
}
