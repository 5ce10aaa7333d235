/**
 * TensorFlow's kernels by their names, for what tfjs has no way to or a slow one, and oneDNN's own kernels, which
 * TensorFlow puts in place of its own when it optimises a graph and which nobody puts there when single operators
 * run, as tfjs runs them. They answer the same numbers; where they are missing (on a GPU) callers go tfjs' way.
 */
import type { NamedAttrMap, Tensor } from "@tensorflow/tfjs-node";
import { tf } from "./tensorflow.ts";

export interface Attribute {
  name: string;
  type: number;
  value: number | string | boolean | number[];
}

interface NativeBackend {
  binding: Record<
    "TF_ATTR_TYPE" | "TF_ATTR_INT" | "TF_ATTR_FLOAT" | "TF_ATTR_STRING" | "TF_ATTR_BOOL" | "TF_FLOAT",
    number
  > & { isUsingGpuDevice(): boolean };
  executeSingleOutput(name: string, attributes: readonly Attribute[], inputs: Tensor[]): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: Tensor[],
    outputs: number,
  ): Tensor[];
}

const backend = tf.backend() as unknown as NativeBackend;
const { binding } = backend;

export const FLOAT: Attribute = { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
export const NHWC: Attribute = { name: "data_format", type: binding.TF_ATTR_STRING, value: "NHWC" };

/** Marks an operator as one of oneDNN's that stands for TensorFlow's of the same name. */
const ONE_DNN: Attribute = { name: "_kernel", type: binding.TF_ATTR_STRING, value: "MklNameChangeOp" };

export const describeType = (name: string): Attribute => ({
  name,
  type: binding.TF_ATTR_TYPE,
  value: binding.TF_FLOAT,
});
export const describeNumber = (name: string, value: number): Attribute => ({
  name,
  type: binding.TF_ATTR_FLOAT,
  value,
});
export const describeFlag = (name: string, value: boolean): Attribute => ({
  name,
  type: binding.TF_ATTR_BOOL,
  value,
});
export const describeText = (name: string, value: string): Attribute => ({
  name,
  type: binding.TF_ATTR_STRING,
  value,
});

/** A window of height and width, in the four that TensorFlow wants. */
export function describeWindow(name: string, [rows, columns]: readonly [number, number]): Attribute {
  return { name, type: binding.TF_ATTR_INT, value: [1, rows, columns, 1] };
}

export function runKernel(name: string, attributes: readonly Attribute[], inputs: Tensor[]): Tensor {
  return backend.executeSingleOutput(name, attributes, inputs);
}

export function runKernels(
  name: string,
  attributes: readonly Attribute[],
  inputs: Tensor[],
  outputs: number,
): Tensor[] {
  return backend.executeMultipleOutputs(name, attributes, inputs, outputs);
}

/** oneDNN's kernel in place of TensorFlow's `name`; only where `hasOneDnn`. */
export function runOneDnn(
  name: string,
  attributes: readonly Attribute[],
  inputs: Tensor[],
  outputs: number,
): Tensor[] {
  return runKernels(`_MklNative${name}`, [...attributes, ONE_DNN], inputs, outputs);
}

let found: boolean | undefined;

/** Whether this TensorFlow has oneDNN's kernels, tried once. */
export function hasOneDnn(): boolean {
  found ??= !binding.isUsingGpuDevice() && tryOneDnn();
  return found;
}

function tryOneDnn(): boolean {
  const [rows, columns] = [2, 2];
  return tf.tidy(() => {
    const window = [describeWindow("ksize", [rows, columns]), describeWindow("strides", [rows, columns])];
    const attributes = [FLOAT, NHWC, ...window, describeText("padding", "VALID")];
    try {
      const [most] = runOneDnn("MaxPool", attributes, [tf.tensor4d([1, 2, 4, 3], [1, rows, columns, 1])], 2);
      return most!.dataSync()[0] === 4;
    } catch {
      return false; // another build of TensorFlow
    }
  });
}

export interface Differentiable {
  value: Tensor;
  /** What the gradient needs besides dL/dy. */
  saved: Tensor[];
  /** dL/dx of each input. */
  gradient: (dy: Tensor, saved: Tensor[]) => Tensor[];
}

/** An operator that gives its gradient itself. */
export function differentiate<T extends Tensor>(
  inputs: readonly Tensor[],
  run: (...inputs: Tensor[]) => Differentiable,
): T {
  const operator = tf.customGrad((...given) => {
    const [save] = given.slice(-1) as unknown as [(saved: Tensor[]) => void];
    const { value, saved, gradient } = run(...(given.slice(0, -1) as Tensor[]));
    save(saved);
    const gradFunc = (dy: Tensor, kept: Tensor[] | NamedAttrMap) => gradient(dy, kept as Tensor[]);
    return { value, gradFunc };
  });
  return operator(...(inputs as Tensor[])) as T;
}
