import { tf } from "@radlite/training/fit";
import type { Tensor } from "@tensorflow/tfjs-node";
import { expect, test } from "vitest";
import { rectify } from "../../../training/fit/rectify.ts";
import { drawUniform } from "../networks.ts";

const CASES = [
  { op: "Relu", value: [0, 0, 0.5, 6.5], slope: [0, 0, 1, 1] },
  { op: "Clip", value: [0, 0, 0.5, 6], slope: [0, 0, 1, 0] },
] as const;

test.each(CASES)("$op: value and slope below, at, between and above its bends", ({ op, value, slope }) => {
  const result = tf.tidy(() => {
    const x = tf.tensor4d([-1, 0, 0.5, 6.5], [1, 2, 2, 1]);
    const dy = tf.tensor4d([2, -3, 5, -7], [1, 2, 2, 1]);
    const run = (input: Tensor) => rectify(op, input as typeof x);
    const { value: y, grad } = tf.valueAndGrad(run)(x, dy);
    return { y: [...y.dataSync()], gradient: [...grad.dataSync()] };
  });

  expect(result.y).toEqual(value);
  const expected = [2, -3, 5, -7].map((part, at) => part * slope[at]!);
  expect(result.gradient.map((part) => part + 0)).toEqual(expected.map((part) => part + 0)); // zeros of either sign
});

test.each(["Relu", "Clip"] as const)(
  "%s gives the bits of TensorFlow.js' own gradient, and leaks nothing",
  (op) => {
    const numbers = drawUniform(2 * 8 * 8 * 4, 3, -9, 9);
    const differentiate = (run: (x: Tensor) => Tensor) =>
      tf.tidy(() => {
        const x = tf.tensor4d(numbers, [2, 8, 8, 4]);
        const dy = tf.tensor4d(drawUniform(numbers.length, 4), [2, 8, 8, 4]);
        return [...tf.grad(run)(x, dy).dataSync()];
      });
    const before = tf.memory().numTensors;

    const ours = differentiate((x) => rectify(op, x as Parameters<typeof rectify>[1]));

    expect(tf.memory().numTensors).toBe(before);
    const plain = differentiate((x) => (op === "Relu" ? tf.relu(x) : tf.relu6(x)));
    expect(ours.map((value) => value + 0)).toEqual(plain.map((value) => value + 0)); // zeros of either sign
  },
);
