/**
 * Depthwise convolution over a batch: one kernel a channel. TensorFlow's own gradients are kept: forward passes
 * in their place (the turned kernel over the spread gradient; the images as channels under the gradient as a
 * kernel) took 1.5 to 6 times as long in TensorFlow 2.15 with oneDNN, for the copies that they need.
 */
import { type NetworkNode, samePads } from "@radlite/model/format";
import type { Tensor4D } from "@tensorflow/tfjs-node";
import { padMap } from "./pool.ts";
import { tf } from "./tensorflow.ts";

type Window = Pick<Extract<NetworkNode, { op: "DepthwiseConv" }>, "kernel" | "strides" | "pads">;

/**
 * x [batch, height, width, channels], kernel [kh, kw, channels, 1]; differentiable in both. Both strides are equal in
 * every architecture here: with others TensorFlow runs on some processors and refuses on others.
 */
export function convolveDepthwise(window: Window, x: Tensor4D, kernel: Tensor4D): Tensor4D {
  const [, height, width, channels] = x.shape;
  const same = samePads([height, width, channels], window);
  return window.pads.every((zeros, side) => zeros === same[side])
    ? tf.depthwiseConv2d(x, kernel, window.strides, "same")
    : tf.depthwiseConv2d(padMap(x, window.pads), kernel, window.strides, "valid");
}
