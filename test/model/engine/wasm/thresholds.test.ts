/** Folding a Sign into a whole-number threshold: the two must agree for every sum, rounding included. */
import { roundToFloat16 } from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import { foldSign } from "../../../../model/engine/wasm/thresholds.ts";

test("a threshold by hand: 0.5 · sum, scaled by 2, is -3 above zero from sum 3 on", () => {
  const half = { magnitude: 0.5, products: 9 };

  expect(foldSign({ ...half, weight: 2, bias: -3 })).toEqual({ direction: 1, threshold: 3 });
  expect(foldSign({ ...half, weight: -2, bias: -3 })).toEqual({ direction: -1, threshold: 3 }); // sum <= -3
  expect(foldSign({ ...half, weight: 2, bias: 0 })).toEqual({ direction: 1, threshold: 0 }); // zero is +1
});

test("a sign that no sum changes is a constant", () => {
  const one = { magnitude: 1, products: 4 };

  expect(foldSign({ ...one, weight: 0, bias: 0 })).toEqual({ direction: 0, threshold: 0 }); // always +1
  expect(foldSign({ ...one, weight: 0, bias: -1e-30 })).toEqual({ direction: 0, threshold: 1 }); // never
  expect(foldSign({ ...one, weight: 1, bias: 4 })).toEqual({ direction: 0, threshold: 0 });
  expect(foldSign({ ...one, weight: 1, bias: -4.5 })).toEqual({ direction: 0, threshold: 1 });
});

test("every sum falls on the side where float arithmetic puts it", () => {
  const float = fc.oneof(
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.float({ min: -4, max: 4, noNaN: true }),
    fc.constantFrom(0, -0, 1, -1, 2 ** -149, 3e38),
  );
  fc.assert(
    fc.property(
      fc.float({ min: Math.fround(2 ** -24), max: 65504, noNaN: true }),
      ...([float, float, fc.integer({ min: 1, max: 300 })] as const),
      (rough, weight, bias, products) => {
        const magnitude = roundToFloat16(Float32Array.of(rough))[0]!;

        const { direction, threshold } = foldSign({ magnitude, weight, bias, products });

        for (let sum = -products; sum <= products; sum++) {
          const isPlus = Math.fround(weight * Math.fround(magnitude * sum)) >= -bias;
          expect(direction * sum >= threshold).toBe(isPlus);
        }
      },
    ),
    { seed: 70, numRuns: 1000 },
  );
});

test("a bias that meets a sum exactly: the sum is +1, its neighbour is not", () => {
  fc.assert(
    fc.property(fc.integer({ min: -50, max: 49 }), fc.boolean(), (edge, isTurned) => {
      const weight = isTurned ? -0.375 : 0.375;
      const bias = -Math.fround(weight * Math.fround(0.1875 * edge));

      const { direction, threshold } = foldSign({ magnitude: 0.1875, weight, bias, products: 50 });

      expect(direction * edge >= threshold).toBe(true);
      const beyond = isTurned ? edge + 1 : edge - 1;
      if (Math.abs(beyond) <= 50) expect(direction * beyond >= threshold).toBe(false);
    }),
    { seed: 71, numRuns: 200 },
  );
});
