import { expect, test } from "vitest";
import { applyGradients, startOptimiser } from "../../../training/fit/optimiser.ts";

test("the first step is the rate against the gradient's sign, whatever its size", () => {
  const weights = [Float32Array.of(1, 1, 1)];

  applyGradients(weights, [Float32Array.of(0.001, -5, 0)], startOptimiser(weights), {
    rate: 0.1,
    decay: [0],
  });

  expect(weights[0]![0]).toBeCloseTo(0.9, 5);
  expect(weights[0]![1]).toBeCloseTo(1.1, 5);
  expect(weights[0]![2]).toBe(1);
});

test("two steps come out as computed by hand", () => {
  const weights = [Float32Array.of(0)];
  const state = startOptimiser(weights);

  for (const gradient of [1, 3]) {
    applyGradients(weights, [Float32Array.of(gradient)], state, { rate: 0.1, decay: [0] });
  }

  // m = 0.9 * 0.1 + 0.1 * 3 = 0.39, v = 0.999 * 0.001 + 0.001 * 9 = 0.009999
  const second = (0.1 * (0.39 / (1 - 0.81))) / Math.sqrt(0.009999 / (1 - 0.998001));
  expect(weights[0]![0]).toBeCloseTo(-0.1 - second, 5);
  expect(state.steps).toBe(2);
});

test("decay takes rate * decay * w from the weights that decay, and nothing from the gradient's moments", () => {
  const weights = [Float32Array.of(2), Float32Array.of(2)];
  const state = startOptimiser(weights);

  applyGradients(weights, [Float32Array.of(0), Float32Array.of(0)], state, { rate: 0.1, decay: [0.3, 0] });

  expect(weights[0]![0]).toBeCloseTo(2 * (1 - 0.03), 6);
  expect(weights[1]![0]).toBe(2);
  expect(state.first[0]![0]).toBe(0);
});

test("a tensor without a gradient is left alone, decay and all", () => {
  const weights = [Float32Array.of(2)];

  applyGradients(weights, [undefined], startOptimiser(weights), { rate: 0.1, decay: [0.3] });

  expect(weights[0]![0]).toBe(2);
});

test("finds the minimum of a badly scaled bowl", () => {
  const weights = [Float32Array.of(3, -2)];
  const state = startOptimiser(weights);

  for (let step = 0; step < 2000; step++) {
    const [x, y] = weights[0]!;
    const gradient = Float32Array.of(200 * (x! - 1), 0.02 * (y! - 4));
    applyGradients(weights, [gradient], state, { rate: 0.05 * (1 - step / 2000), decay: [0] });
  }

  expect(weights[0]![0]).toBeCloseTo(1, 2);
  expect(weights[0]![1]).toBeCloseTo(4, 2);
});

test("a tensor with a share of the rate moves by that share, one with none not at all", () => {
  const weights = [1, 1, 1].map((value) => Float32Array.of(value));
  const gradients = weights.map(() => Float32Array.of(0.5));

  applyGradients(weights, gradients, startOptimiser(weights), {
    rate: 0.25,
    decay: [0, 0, 0],
    shares: [1, 0.5, 0],
  });

  // The first step of Adam is the rate, whatever the gradient.
  const moves = weights.map(([value]) => 1 - value!);
  expect(moves[0]).toBeCloseTo(0.25, 6);
  expect(moves[1]).toBeCloseTo(0.125, 6);
  expect(moves[2]).toBe(0);
});
