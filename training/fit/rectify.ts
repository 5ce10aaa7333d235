/**
 * ReLU and ReLU6 with TensorFlow's own gradients: dL/dy where the value is between its bends, else 0. tfjs makes
 * the same of up to nine operators, of which a quarter of a MobileNet's step is spent.
 */
import type { NamedAttrMap, Tensor, Tensor4D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow.ts";

interface NativeBackend {
  binding: Record<"TF_ATTR_TYPE" | "TF_FLOAT", number>;
  executeSingleOutput(name: string, attributes: object[], inputs: Tensor[]): Tensor;
}

const KERNELS = {
  Relu: { run: (x: Tensor4D) => tf.relu(x), gradient: "ReluGrad" },
  Clip: { run: (x: Tensor4D) => tf.relu6(x), gradient: "Relu6Grad" },
} as const;

/** max(x, 0), and for `Clip` min(max(x, 0), 6). */
export function rectify(op: keyof typeof KERNELS, x: Tensor4D): Tensor4D {
  const { run, gradient } = KERNELS[op];
  const operator = tf.customGrad((...inputs) => {
    const [input, save] = inputs as unknown as [Tensor4D, (saved: Tensor[]) => void];
    const value = run(input);
    save([value]);
    const gradFunc = (dy: Tensor, saved: Tensor[] | NamedAttrMap) => {
      const backend = tf.backend() as unknown as NativeBackend;
      const { TF_ATTR_TYPE: type, TF_FLOAT: value } = backend.binding;
      return backend.executeSingleOutput(
        gradient,
        [{ name: "T", type, value }],
        [dy, (saved as Tensor[])[0]!],
      );
    };
    return { value, gradFunc: gradFunc as (dy: Tensor, saved: Tensor[]) => Tensor };
  });
  return operator(x) as Tensor4D;
}
