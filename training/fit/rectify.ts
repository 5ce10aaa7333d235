/**
 * ReLU and ReLU6 with TensorFlow's own gradients: dL/dy where the value is between its bends, else 0. tfjs makes
 * the same of up to nine operators, of which a quarter of a MobileNet's step is spent.
 */
import type { Tensor4D } from "@tensorflow/tfjs-node";
import { differentiate, FLOAT, runKernel } from "./native.ts";
import { tf } from "./tensorflow.ts";

const KERNELS = {
  Relu: { run: tf.relu, gradient: "ReluGrad" },
  Clip: { run: tf.relu6, gradient: "Relu6Grad" },
} as const;

/** max(x, 0), and for `Clip` min(max(x, 0), 6). */
export function rectify(op: keyof typeof KERNELS, x: Tensor4D): Tensor4D {
  const { run, gradient } = KERNELS[op];
  return differentiate([x], (input) => {
    const value = run(input!);
    return {
      value,
      saved: [value],
      gradient: (dy, [y]) => [runKernel(gradient, [FLOAT], [dy, y!])],
    };
  });
}
