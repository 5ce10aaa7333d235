import { describe, expect, test } from "vitest";
import { factoriseKernel } from "../../../../training/compression/low-rank/factors.ts";
import type { Kernel } from "../../../../training/compression/low-rank/kernel.ts";
import {
  countCost,
  type FactorableLayer,
  listFactorableLayers,
} from "../../../../training/compression/low-rank/layer.ts";
import { planByRanks, planByRule } from "../../../../training/compression/low-rank/plan.ts";
import { composeFactors, drawKernel } from "./matrices.ts";
import { buildEveryKind } from "./networks.ts";

const EXACT = { algorithm: "exact", seed: 1, sweeps: 0 } as const;
const LAYERS = new Map(listFactorableLayers(buildEveryKind()).map((layer) => [layer.layer, layer]));

/** Layer 3 with other weights and without strides. */
function withKernel(
  kernel: FactorableLayer["kernel"],
  positions = { input: 36, output: 36 },
): FactorableLayer {
  return { ...LAYERS.get(3)!, kernel, positions };
}

/** 3x3, 8 to 10 channels, of these ranks exactly, with no direction much weaker than another. */
function plantKernel(input: number, output: number): Kernel {
  const { shape, values } = drawKernel([3, 3, 8, 10], 3);
  const factors = factoriseKernel({ shape, values }, { input, output }, EXACT);
  return { shape, values: Float64Array.from(composeFactors(shape, factors)) };
}

describe("cost of a 3x3 layer from 12x12x8 to 6x6x10", () => {
  const layer = LAYERS.get(3)!;

  test("whole: 9 * 80 weights at 36 pixels", () => {
    expect(countCost(layer, {})).toEqual({ weights: 720, macs: 720 * 36 });
  });

  test("in factors: the first at the pixels that are read, the others at those that are given", () => {
    expect(countCost(layer, { input: 4, output: 5 })).toEqual({
      weights: 8 * 4 + 9 * 4 * 5 + 5 * 10,
      macs: 8 * 4 * 144 + (9 * 4 * 5 + 5 * 10) * 36,
    });
  });
});

test("given ranks are taken as they are, a full one as a mode that stays whole", () => {
  expect(planByRanks(LAYERS.get(3)!, [4, 5]).ranks).toEqual({ input: 4, output: 5 });
  expect(planByRanks(LAYERS.get(3)!, [8, 5]).ranks).toEqual({ output: 5 });
  expect(planByRanks(LAYERS.get(8)!, [4]).ranks).toEqual({ output: 4 });
  expect(planByRanks(LAYERS.get(3)!, [8, 10])).toMatchObject({ ranks: {}, saves: false });
});

test.each([
  [3, [0, 5], "1 to 8 for its inputs and 1 to 10 for its outputs"],
  [3, [4, 11], "1 to 8 for its inputs and 1 to 10 for its outputs"],
  [3, [4], "1 to 8 for its inputs and 1 to 10 for its outputs"],
  [3, [4.5, 5], "1 to 8 for its inputs and 1 to 10 for its outputs"],
  [8, [11], "1 to 10 for its outputs"], // 10 inputs, 12 outputs
  [8, [4, 4], "1 to 10 for its outputs"],
  [13, [2], "1 to 1 for its outputs"],
])("layer %d cannot have the ranks %j: the message says which it can", (layer, ranks, allowed) => {
  expect(() => planByRanks(LAYERS.get(layer)!, ranks)).toThrow(
    expect.objectContaining({
      code: "BAD_INPUT",
      message: `factor: layer ${layer} cannot have the ranks [${ranks.join(", ")}]; allowed: ${allowed}.`,
    }),
  );
});

describe("by a rule", () => {
  test("finds planted ranks when all energy is kept", () => {
    const layer = withKernel(plantKernel(3, 4));

    const plan = planByRule(layer, { kind: "energy", share: 1 - 1e-9 });

    expect(plan).toMatchObject({ ranks: { input: 3, output: 4 }, saves: true });
  });

  test("cuts the mode that is worth cutting, and no other where that costs more", () => {
    const layer = withKernel(plantKernel(7, 2));

    const plan = planByRule(layer, { kind: "energy", share: 1 - 1e-9 });

    // 7 of 8 inputs: 56 weights more to save 9 * 2 of them.
    expect(plan.ranks).toEqual({ output: 2 });
    expect(countCost(layer, { input: 7, output: 2 }).macs).toBeGreaterThan(plan.cost.macs);
  });

  test.each([0.5, 0.8, 0.95])(
    "the factors for a share %d of the energy leave out no more than the rest",
    (share) => {
      for (const layer of LAYERS.values()) {
        const { ranks, saves } = planByRule(layer, { kind: "energy", share });
        if (!saves) continue;
        for (const algorithm of ["exact", "randomised"] as const) {
          const { relativeError } = factoriseKernel(layer.kernel, ranks, { ...EXACT, algorithm });
          const slack = algorithm === "exact" ? 1e-9 : 0.02;
          expect(relativeError).toBeLessThanOrEqual(Math.sqrt(1 - share) * (1 + slack));
        }
      }
    },
  );

  test("a layer of random weights needs nearly all ranks, so it is left whole", () => {
    const plan = planByRule(withKernel(drawKernel([3, 3, 8, 10], 5)), { kind: "energy", share: 0.99 });

    expect(plan.saves).toBe(false);
    expect(plan.whole).toEqual({ weights: 720, macs: 720 * 36 });
  });

  test("fewer weights are no saving where the strides make it more multiply-accumulates", () => {
    const layer = withKernel(plantKernel(4, 10));
    const rule = { kind: "energy", share: 1 - 1e-9 } as const;

    const dense = planByRule(layer, rule);
    const strided = planByRule({ ...layer, positions: { input: 36 * 16, output: 36 } }, rule);

    expect(dense).toMatchObject({ ranks: { input: 4 }, saves: true });
    expect(countCost(layer, { input: 4 }).weights).toBeLessThan(720);
    expect(strided.saves).toBe(false);
  });
});
