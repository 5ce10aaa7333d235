import * as fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { refineBases } from "../../../../training/compression/low-rank/hooi.ts";
import { computeHosvd, decomposeMode } from "../../../../training/compression/low-rank/hosvd.ts";
import {
  contract,
  type Kernel,
  measureNorm,
  unfold,
} from "../../../../training/compression/low-rank/kernel.ts";
import { computeRandomisedHosvd } from "../../../../training/compression/low-rank/randomised-hosvd.ts";
import { computeSvd } from "../../../../training/compression/low-rank/svd.ts";
import {
  type Bases,
  balanceTucker,
  composeKernel,
  measureError,
  projectKernel,
} from "../../../../training/compression/low-rank/tucker.ts";
import { drawKernel, measureSkew } from "./matrices.ts";

const shapes = fc.record({
  shape: fc.tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 7 }),
    fc.integer({ min: 1, max: 7 }),
  ),
  seed: fc.integer({ min: 0, max: 1000 }),
});

function decompose(kernel: Kernel) {
  return { input: decomposeMode(kernel, "input"), output: decomposeMode(kernel, "output") };
}

function sumTail(energies: Float64Array, rank: number): number {
  return energies.subarray(rank).reduce((sum, energy) => sum + energy, 0);
}

/** Smooth in every mode, so that its spectra decay; a little noise keeps it of full rank. */
function drawSmoothKernel(inputs: number, outputs: number, seed: number): Kernel {
  const kernel = drawKernel([3, 3, inputs, outputs], seed);
  kernel.values.forEach((noise, at) => {
    const [o, i, tap] = [at % outputs, Math.floor(at / outputs) % inputs, Math.floor(at / outputs / inputs)];
    kernel.values[at] = 1 / (1 + 0.3 * i + 0.2 * o + 0.1 * tap) + 0.01 * noise;
  });
  return kernel;
}

describe("modes of a kernel [1, 2, 2, 3] that holds 0 to 11", () => {
  const kernel: Kernel = { shape: [1, 2, 2, 3], values: Float64Array.from({ length: 12 }, (_, at) => at) };

  test("unfold to a row for each channel", () => {
    expect(unfold(kernel, "input").to2DArray()).toEqual([
      [0, 1, 2, 6, 7, 8],
      [3, 4, 5, 9, 10, 11],
    ]);
    expect(unfold(kernel, "output").to2DArray()).toEqual([
      [0, 3, 6, 9],
      [1, 4, 7, 10],
      [2, 5, 8, 11],
    ]);
  });

  test("contract with a matrix", () => {
    const byInput = contract(kernel, "input", Matrix.columnVector([1, 10]));
    const byOutput = contract(kernel, "output", Matrix.columnVector([1, 10, 100]));

    expect(byInput).toEqual({ shape: [1, 2, 1, 3], values: Float64Array.of(30, 41, 52, 96, 107, 118) });
    expect(byOutput).toEqual({ shape: [1, 2, 2, 1], values: Float64Array.of(210, 543, 876, 1209) });
  });
});

test("a mode's energies are the squared singular values of its unfolding, its basis their vectors", () => {
  const kernel = drawSmoothKernel(6, 9, 1);

  for (const mode of ["input", "output"] as const) {
    const unfolded = unfold(kernel, mode);
    const { basis, energies } = decomposeMode(kernel, mode);
    const { left, values } = computeSvd(unfolded, unfolded.rows);
    const largest = energies[0]!;
    energies.forEach((energy, at) => {
      expect(Math.abs(energy - values[at]! ** 2) / largest).toBeLessThan(1e-12);
    });
    expect(Math.abs(basis.getColumnVector(0).dot(left.getColumnVector(0)))).toBeCloseTo(1, 10);
  }
});

test("exact at full rank, with orthonormal bases", () => {
  fc.assert(
    fc.property(shapes, ({ shape, seed }) => {
      const kernel = drawKernel(shape, seed);
      const ranks = { input: shape[2], output: shape[3] };

      const bases = computeHosvd(kernel, ranks);

      expect(measureError(kernel, projectKernel(kernel, bases))).toBeLessThan(1e-10);
      expect(measureSkew(bases.input!)).toBeLessThan(1e-10);
      expect(measureSkew(bases.output!)).toBeLessThan(1e-10);
    }),
    { numRuns: 30 },
  );
});

test("the error keeps the bounds: squared at most the modes' tails, and sqrt(2) times the best of these ranks", () => {
  const cases = shapes.chain(({ shape, seed }) =>
    fc.record({
      kernel: fc.constant(drawKernel(shape, seed)),
      input: fc.integer({ min: 1, max: shape[2] }),
      output: fc.integer({ min: 1, max: shape[3] }),
    }),
  );
  fc.assert(
    fc.property(cases, ({ kernel, input, output }) => {
      const spectra = decompose(kernel);
      const tails = [sumTail(spectra.input.energies, input), sumTail(spectra.output.energies, output)];

      const tucker = projectKernel(kernel, computeHosvd(kernel, { input, output }));

      const error = measureError(kernel, tucker) * measureNorm(kernel);
      // No tensor of these ranks is nearer than the longer tail: its unfolding has that rank too.
      const best = Math.sqrt(Math.max(...tails));
      expect(error ** 2).toBeLessThanOrEqual(tails[0]! + tails[1]! + 1e-9);
      expect(error).toBeLessThanOrEqual(Math.SQRT2 * best + 1e-6);
      expect(error).toBeGreaterThanOrEqual(best - 1e-6);
    }),
    { numRuns: 60 },
  );
});

test("leaving a mode whole never makes the error larger", () => {
  const kernel = drawKernel([3, 3, 8, 6], 4);
  const both = computeHosvd(kernel, { input: 3, output: 2 });

  const error = (bases: Bases) => measureError(kernel, projectKernel(kernel, bases));

  expect(error({ input: both.input })).toBeLessThan(error(both));
  expect(error({ output: both.output })).toBeLessThan(error(both));
  expect(error({})).toBe(0);
});

test("the core holds what the form does not leave out: squared norms add up to the kernel's", () => {
  const kernel = drawKernel([3, 3, 8, 6], 5);

  const tucker = projectKernel(kernel, computeHosvd(kernel, { input: 3, output: 2 }));

  const left = measureError(kernel, tucker) ** 2 * measureNorm(kernel) ** 2;
  expect(measureNorm(tucker.core) ** 2 + left).toBeCloseTo(measureNorm(kernel) ** 2, 8);
  expect(composeKernel(tucker).shape).toEqual(kernel.shape);
});

test("balanced, it is the same kernel, and components weigh the same in the basis and in the core", () => {
  const kernel = drawKernel([3, 3, 8, 6], 5);
  const tucker = projectKernel(kernel, computeHosvd(kernel, { input: 3, output: 2 }));

  const balanced = balanceTucker(tucker);

  const composed = composeKernel(balanced);
  composeKernel(tucker).values.forEach((value, at) => {
    expect(composed.values[at]).toBeCloseTo(value, 10);
  });
  const slices = unfold(balanced.core, "output");
  [0, 1].forEach((at) => {
    expect(slices.getRowVector(at).norm()).toBeCloseTo(balanced.bases.output!.getColumnVector(at).norm(), 10);
  });
});

describe.each([
  ["a decaying spectrum", drawSmoothKernel(20, 24, 6), 1.02],
  ["a flat spectrum", drawKernel([3, 3, 20, 24], 6), 1.02],
])("randomised HOSVD on %s", (_, kernel, factor) => {
  test("stays within 2% of the deterministic one's error, from any seed", () => {
    for (const ranks of [
      { input: 2, output: 3 },
      { input: 5, output: 5 },
      { input: 12, output: 8 },
    ]) {
      const best = measureError(kernel, projectKernel(kernel, computeHosvd(kernel, ranks)));
      for (const seed of [1, 2, 3, 4, 5]) {
        const bases = computeRandomisedHosvd(kernel, ranks, { seed });
        expect(measureError(kernel, projectKernel(kernel, bases))).toBeLessThan(best * factor);
        expect(measureSkew(bases.input!)).toBeLessThan(1e-6);
        expect(measureSkew(bases.output!)).toBeLessThan(1e-6);
      }
    }
  });

  test("is exact at full rank", () => {
    const bases = computeRandomisedHosvd(kernel, { input: 20, output: 24 }, { seed: 1 });

    expect(measureError(kernel, projectKernel(kernel, bases))).toBeLessThan(1e-5);
  });
});

describe("HOOI", () => {
  test("never makes the error larger, and makes it smaller where HOSVD is not the best", () => {
    const kernel = drawKernel([3, 3, 10, 12], 8);
    const start = computeHosvd(kernel, { input: 3, output: 3 });
    const error = (sweeps: number) =>
      measureError(kernel, projectKernel(kernel, refineBases(kernel, start, sweeps)));

    const errors = [0, 1, 2, 4, 8].map(error);

    errors.slice(1).forEach((value, at) => {
      expect(value).toBeLessThanOrEqual(errors[at]! + 1e-12);
    });
    expect(errors.at(-1)).toBeLessThan(errors[0]! - 1e-3);
  });

  test("repairs bases that have nothing to do with the kernel", () => {
    const kernel = composeKernel({
      core: drawKernel([3, 3, 2, 3], 1),
      bases: computeHosvd(drawKernel([3, 3, 9, 8], 2), { input: 2, output: 3 }),
    });
    const foreign = computeHosvd(drawKernel([3, 3, 9, 8], 3), { input: 2, output: 3 });

    const refined = refineBases(kernel, foreign, 30);

    expect(measureError(kernel, projectKernel(kernel, foreign))).toBeGreaterThan(0.5);
    expect(measureError(kernel, projectKernel(kernel, refined))).toBeLessThan(1e-6);
    expect(measureSkew(refined.input!)).toBeLessThan(1e-10);
  });

  test("leaves a lone basis, which is the best already", () => {
    const kernel = drawKernel([3, 3, 5, 4], 8);
    const start = computeHosvd(kernel, { output: 2 });

    expect(refineBases(kernel, start, 3)).toBe(start);
  });
});
