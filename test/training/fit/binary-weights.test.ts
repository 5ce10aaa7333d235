import { roundToFloat16 } from "@radlite/model/format";
import { expect, test } from "vitest";
import { binariseFilters, confineLatents, measureFilters } from "../../../training/fit/binary-weights.ts";
import { drawUniform } from "../networks.ts";

test("alpha is the mean distance from zero, a filter at a time, in float16", () => {
  // Two filters, the last axis: [0.5, -0.25, 1] and [-0.1, 0.2, 0]; sign(0) = +1.
  const latent = Float32Array.of(0.5, -0.1, -0.25, 0.2, 1, 0);

  const alphas = measureFilters(latent, 2);
  const binary = binariseFilters(latent, 2);

  const [first, second] = roundToFloat16(Float32Array.of(1.75 / 3, 0.1));
  expect([...alphas]).toEqual([first, second]);
  expect([...binary]).toEqual([first, -second!, -first!, second, first, second]);
});

test("what is binary already stays as it is", () => {
  for (let seed = 0; seed < 20; seed++) {
    const binary = binariseFilters(drawUniform(9 * 40 * 12, seed), 12);

    expect(binariseFilters(binary, 12)).toEqual(binary);
  }
});

test("no other magnitude brings the signs nearer to the weights", () => {
  const latent = drawUniform(9 * 8, 3);
  const distance = (alpha: number) =>
    latent.reduce((sum, weight) => sum + (weight - alpha * (weight >= 0 ? 1 : -1)) ** 2, 0);

  const [alpha] = measureFilters(latent, 1);

  for (const factor of [0.9, 0.99, 1.01, 1.1]) {
    expect(distance(alpha!)).toBeLessThan(distance(alpha! * factor));
  }
});

test("a filter of zeros has a magnitude all the same, which a file can hold", () => {
  expect([...measureFilters(new Float32Array(6), 2)]).toEqual([2 ** -14, 2 ** -14]);
});

test("latent weights are centred over the input channels of each tap and filter, then clamped", () => {
  const shape = [3, 2, 5, 4];
  const latent = drawUniform(120, 5, -0.8, 0.9);
  const spread = Float32Array.of(4, 0, 0, 0); // one tap, one filter: mean 1
  const mean = (tap: number, filter: number) =>
    [0, 1, 2, 3, 4].reduce((sum, input) => sum + latent[(tap * 5 + input) * 4 + filter]!, 0) / 5;

  confineLatents(latent, shape);
  confineLatents(spread, [1, 1, 4, 1]);

  for (let tap = 0; tap < 6; tap++) {
    for (let filter = 0; filter < 4; filter++) expect(Math.abs(mean(tap, filter))).toBeLessThan(0.3); // of those clamped
  }
  expect(latent.every((weight) => Math.abs(weight) <= 1)).toBe(true);
  expect([...spread]).toEqual([1, -1, -1, -1]);
});
