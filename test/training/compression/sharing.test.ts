import * as fc from "fast-check";
import { expect, test } from "vitest";
import { gatherGradients, spreadValues } from "../../../training/compression/sharing.ts";

test("a shared value's gradient is the sum over the weights that use it", () => {
  const gradient = gatherGradients(Float32Array.of(1, 2, 4, 8), Uint8Array.of(2, 0, 2, 2), 4);

  expect([...gradient]).toEqual([2, 0, 13, 0]);
});

test("gathering is the transpose of spreading: <spread c, g> = <c, gather g>", () => {
  const numbers = (length: number) =>
    fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: length, maxLength: length });
  const cases = fc.integer({ min: 1, max: 40 }).chain((n) =>
    fc.record({
      codebook: numbers(4),
      gradient: numbers(n),
      indices: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: n, maxLength: n }),
    }),
  );
  fc.assert(
    fc.property(cases, ({ codebook, gradient, indices }) => {
      const [c, g, at] = [Float32Array.from(codebook), Float32Array.from(gradient), Uint8Array.from(indices)];
      const spread = spreadValues(c, at).reduce((sum, value, i) => sum + value * g[i]!, 0);
      const gathered = gatherGradients(g, at, 4).reduce((sum, value, i) => sum + value * c[i]!, 0);
      expect(gathered).toBeCloseTo(spread, 4);
    }),
  );
});
