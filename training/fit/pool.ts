/**
 * Pooling over a batch, as model/engine does it: a maximum never sees padding, an average does not count it.
 * TensorFlow pads by SAME alone, so any other padding is laid down beforehand.
 */
import { type NetworkNode, type Pads, samePads } from "@radlite/model/format";
import type { Tensor4D } from "@tensorflow/tfjs-node";
import {
  describeFlag,
  describeText,
  describeWindow,
  differentiate,
  FLOAT,
  hasOneDnn,
  NHWC,
  runOneDnn,
} from "./native.ts";
import { tf } from "./tensorflow.ts";

type Pool = Pick<Extract<NetworkNode, { op: "MaxPool" | "AveragePool" }>, "kernel" | "strides" | "pads">;

/** x [batch, height, width, channels] */
export function poolMaximum(node: Pool, x: Tensor4D): Tensor4D {
  return isSame(node, x)
    ? takeMaximum(x, node, "same")
    : takeMaximum(padMap(x, node.pads, -Infinity), node, "valid");
}

/** Its gradient takes TensorFlow's own kernel a seventh of a VGG's step, since it looks for each maximum again. */
function takeMaximum(x: Tensor4D, { kernel, strides }: Pool, padding: "same" | "valid"): Tensor4D {
  if (!hasOneDnn()) return tf.maxPool(x, kernel, strides, padding);
  const attributes = [
    ...[FLOAT, NHWC, describeText("padding", padding.toUpperCase())],
    ...[describeWindow("ksize", kernel), describeWindow("strides", strides)],
    describeFlag("workspace_enabled", true), // where each maximum was
  ];
  return differentiate([x], (input) => {
    const [value, places] = runOneDnn("MaxPool", attributes, [input!], 2);
    return {
      value: value!,
      saved: [input!, value!, places!],
      gradient: (dy, [given, y, where]) => runOneDnn("MaxPoolGrad", attributes, [given!, y!, dy, where!], 1),
    };
  });
}

/** x [batch, height, width, channels] */
export function poolAverage(node: Pool, x: Tensor4D): Tensor4D {
  if (isSame(node, x)) return tf.avgPool(x, node.kernel, node.strides, "same");
  const average = (values: Tensor4D) =>
    tf.avgPool(padMap(values, node.pads), node.kernel, node.strides, "valid");
  const [, height, width] = x.shape;
  const share = average(tf.ones([1, height, width, 1])); // of each window that is no padding
  return tf.div(average(x), share);
}

/** `value` around height and width; a pad below zero takes rows or columns away. */
export function padMap(x: Tensor4D, pads: Pads, value = 0): Tensor4D {
  if (pads.every((pad) => pad === 0)) return x;
  const [top, left, bottom, right] = pads.map((pad) => Math.max(0, pad)) as unknown as Pads;
  return tf.pad4d(
    cropMap(x, pads),
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    value,
  );
}

function cropMap(x: Tensor4D, pads: Pads): Tensor4D {
  if (pads.every((pad) => pad >= 0)) return x;
  const [top, left, bottom, right] = pads.map((pad) => Math.max(0, -pad)) as unknown as Pads;
  const [images, height, width, channels] = x.shape;
  return tf.slice4d(x, [0, top, left, 0], [images, height - top - bottom, width - left - right, channels]);
}

function isSame(node: Pool, { shape: [, height, width, channels] }: Tensor4D): boolean {
  const same = samePads([height, width, channels], node);
  return node.pads.every((zeros, side) => zeros === same[side]);
}
