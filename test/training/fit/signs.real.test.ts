import type { SignGradient } from "@radlite/training/architectures";
import { tf } from "@radlite/training/fit";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-node";
import { expect, test } from "vitest";
import { binariseFilters } from "../../../training/fit/binary-weights.ts";
import { binariseWeights, compareNormalised, compareSigns, takeSigns } from "../../../training/fit/signs.ts";
import { drawUniform } from "../networks.ts";

const POINTS = [-1.5, -1, -0.25, 0, 0.75, 1, 2, -0];
const SLOPES: Record<SignGradient, number[]> = {
  clipped: [0, 1, 1, 1, 1, 1, 0, 1],
  polynomial: [0, 0, 1.5, 2, 0.5, 0, 0, 2],
};

function differentiate(run: (x: Tensor4D) => Tensor, x: Float32Array, dy: Float32Array, shape: number[]) {
  return tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad((input) => run(input as Tensor4D))(
      tf.tensor(x, shape),
      tf.tensor(dy, shape),
    );
    return { value: value.dataSync<"float32">().slice(), gradient: grad.dataSync<"float32">().slice() };
  });
}

test.each(["clipped", "polynomial"] as const)("signs and their %s gradient, by hand", (kind) => {
  const x = Float32Array.from(POINTS);
  const dy = Float32Array.from(POINTS, (_, at) => at + 1);

  const { value, gradient } = differentiate((input) => takeSigns(input, kind), x, dy, [1, 2, 2, 2]);

  expect([...value]).toEqual([-1, -1, -1, 1, 1, 1, 1, 1]);
  gradient.forEach((slope, at) => {
    expect(slope).toBeCloseTo(SLOPES[kind][at]! * dy[at]!, 6);
  });
});

test("the gradient of latent weights: through the sign where |w| <= 1, and through alpha", () => {
  const shape = [3, 3, 4, 5];
  const [filters, count] = [5, 36]; // weights of a filter
  const latent = drawUniform(180, 8, -1.3, 1.3);
  const dy = drawUniform(180, 9);

  const { value, gradient } = differentiate(binariseWeights, latent, dy, shape);

  const binary = binariseFilters(latent, filters);
  expect([...value]).toEqual([...binary]);
  const signOf = (at: number) => (latent[at]! >= 0 ? 1 : -1);
  gradient.forEach((slope, at) => {
    const filter = at % filters;
    let ofAlpha = 0;
    for (let i = filter; i < 180; i += filters) ofAlpha += dy[i]! * signOf(i);
    const passed = Math.abs(latent[at]!) <= 1 ? Math.abs(binary[at]!) * dy[at]! : 0;
    expect(slope).toBeCloseTo(passed + (signOf(at) * ofAlpha) / count, 5);
  });
});

test("a sign behind running statistics is that of the BatchNorm, whatever gamma's sign", () => {
  tf.tidy(() => {
    const channels = 6;
    const gamma = Float32Array.of(1, -1, 0, 0.3, -2, 0);
    const beta = Float32Array.of(0.2, 0.1, 0.5, -0.4, 0, -0.5);
    const [mean, variance] = [drawUniform(channels, 1), drawUniform(channels, 2, 0.5, 2)];
    const x = tf.tensor4d(drawUniform(4 * 5 * 5 * channels, 3, -3, 3), [4, 5, 5, channels]);
    const [g, b, m, v] = [gamma, beta, mean, variance].map((values) => tf.tensor1d(values));

    const signs = compareNormalised(x, { gamma: g!, beta: b!, mean: m!, variance: v! }).dataSync();

    const normalised = tf.batchNorm4d(x, m as never, v as never, b as never, g as never, 1e-5).dataSync();
    normalised.forEach((value, at) => {
      if (Math.abs(value) > 1e-5 || gamma[at % channels] === 0) expect(signs[at]).toBe(value >= 0 ? 1 : -1);
    });
  });
});

test("a Sign compares one rounded product", () => {
  tf.tidy(() => {
    const x = tf.tensor4d([2, 2, -1, 0], [1, 1, 2, 2]);

    const signs = compareSigns(x, tf.tensor1d([1.5, -1]), tf.tensor1d([-3, 2])); // 3 >= 3 · -2 >= -2 · -1.5 < 3 · 0 >= -2

    expect([...signs.dataSync()]).toEqual([1, 1, -1, 1]);
    expect([...compareSigns(x, tf.tensor1d([1, 1]), undefined).dataSync()]).toEqual([1, 1, -1, 1]);
  });
});

test("leaks no tensor", () => {
  const shape = [3, 3, 4, 2];
  const run = () => {
    differentiate(binariseWeights, drawUniform(72, 1), drawUniform(72, 2), shape);
    differentiate((x) => takeSigns(x, "polynomial"), drawUniform(72, 1), drawUniform(72, 2), shape);
  };
  run();
  const before = tf.memory().numTensors;

  run();

  expect(tf.memory().numTensors).toBe(before);
});
