/**
 * Convolution with a bias over a batch. oneDNN adds the bias where it has the sums at hand; added afterwards it
 * costs a tenth of a VGG's step.
 */
import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-node";
import {
  type Attribute,
  describeFlag,
  describeText,
  describeWindow,
  differentiate,
  FLOAT,
  hasOneDnn,
  NHWC,
  runKernel,
  runOneDnn,
} from "./native.ts";
import { tf } from "./tensorflow.ts";

export interface ConvolutionWindow {
  strides: readonly [number, number];
  padding: "same" | "valid";
  /** The image itself, whose gradient nobody asks for, which saves it. */
  isImage: boolean;
}

/** x [batch, height, width, in], kernel [kh, kw, in, out], bias [out]; differentiable in all but an image. */
export function convolveBiased(
  x: Tensor4D,
  kernel: Tensor4D,
  bias: Tensor1D,
  window: ConvolutionWindow,
): Tensor4D {
  const { strides, padding, isImage } = window;
  if (!hasOneDnn()) return tf.add(tf.conv2d(x, kernel, [...strides], padding), bias);
  const attributes = describe(window);
  const run = (input: Tensor, weights: Tensor, offset: Tensor): Tensor =>
    runOneDnn("Conv2DWithBias", attributes, [input, weights, offset], 1)[0]!;
  const ofWeights = (dy: Tensor, input: Tensor): Tensor[] => [
    runKernel("Conv2DBackpropFilter", attributes, [input, tf.tensor1d(kernel.shape, "int32"), dy]),
    dy.sum([0, 1, 2]),
  ];
  if (isImage) {
    return differentiate([kernel, bias], (weights, offset) => ({
      value: run(x, weights!, offset!),
      saved: [x],
      gradient: (dy, [input]) => ofWeights(dy, input!),
    }));
  }
  return differentiate([x, kernel, bias], (input, weights, offset) => ({
    value: run(input!, weights!, offset!),
    saved: [input!, weights!],
    gradient: (dy, [given, by]) => [
      runKernel("Conv2DBackpropInput", attributes, [tf.tensor1d(x.shape, "int32"), by!, dy]),
      ...ofWeights(dy, given!),
    ],
  }));
}

function describe({ strides, padding }: ConvolutionWindow): Attribute[] {
  return [
    ...[FLOAT, NHWC, describeText("padding", padding.toUpperCase()), describeFlag("use_cudnn_on_gpu", true)],
    ...[describeWindow("strides", strides), describeWindow("dilations", [1, 1])],
  ];
}
