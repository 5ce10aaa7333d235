/**
 * Hints: a value inside a student follows one inside its teacher. Romero et al., "FitNets", ICLR 2015
 * (https://arxiv.org/abs/1412.6550), in one phase with the rest of the loss instead of one before it:
 *   L = mean over images of w_i / (h w c) ||r(s_i) - t_i||^2 / mean(t^2)
 * for the student's value s and the teacher's t, averaged over areas where they are larger than [h, w], and with
 * w_i the weight of the image's class. r is the identity, or where channels differ an affine map of them, learnt and
 * thrown away in the end. The last term makes a weight mean the same whatever the scale of a teacher's values.
 */
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from "@tensorflow/tfjs-node";
import type { Learner, TensorSpec } from "../architectures/graph.ts";
import type { Batch, FitData, Hint } from "./batches.ts";
import { tf } from "./tensorflow.ts";

const TINY = 1e-12; // a teacher's value may be 0 everywhere

/**
 * The data's batches with their hints, and the graph that learns from them: its tensors followed by those of the
 * regressors. Both as they are where the data has no hints.
 */
export function attachHints(
  graph: Learner,
  { batch, hints }: Pick<FitData, "batch" | "hints">,
): { learner: Learner; regressors: TensorSpec[]; batch: FitData["batch"] } {
  if (!hints) return { learner: graph, regressors: [], batch };
  const tensors = [...graph.tensors];
  const targets = hints.targets.map((target) => {
    const [, , channels] = target.shape;
    if (channels === target.channels) return target;
    const weights = tensors.push({ shape: [target.channels, channels], role: "dense" }) - 1;
    const bias = tensors.push({ shape: [channels], role: "bias" }) - 1;
    return { ...target, regressor: { weights, bias } };
  });
  return {
    learner: { ...graph, tensors },
    regressors: tensors.slice(graph.tensors.length),
    async batch(epoch, step): Promise<Batch> {
      const plain = await batch(epoch, step);
      const features = await hints.features(epoch, step);
      return { ...plain, hints: targets.map((target, at) => ({ ...target, features: features[at]! })) };
    },
  };
}

/**
 * `value` of the student [batch, height, width, channels], `tensors` those of the learner, `images` what each image
 * weighs; times the hint's weight.
 */
export function computeHintLoss(
  { features, shape, weight, regressor }: Hint,
  value: Tensor4D,
  tensors: Tensor[],
  images: Float32Array,
): Scalar {
  return tf.tidy(() => {
    const [height, width, channels] = shape;
    const t = tf.tensor2d(features, [images.length * height * width, channels]);
    const pooled = poolArea(value, [height, width]);
    const rows = pooled.reshape([-1, value.shape[3]]) as Tensor2D;
    const s = regressor
      ? tf.matMul(rows, tensors[regressor.weights] as Tensor2D).add(tensors[regressor.bias]!)
      : rows;
    const distances = s.sub(t).square().reshape([images.length, -1]).mean(1) as Tensor1D;
    const scale = t.square().mean().maximum(TINY);
    return distances.mul(tf.tensor1d(images)).mean().div(scale).mul(weight) as Scalar;
  });
}

/** Means over the areas that the points of a smaller map cover: [batch, height, width, channels], differentiable. */
export function poolArea(x: Tensor4D, [height, width]: readonly [number, number]): Tensor4D {
  const [images, rows, columns, channels] = x.shape;
  if (rows === height && columns === width) return x;
  return tf.tidy(() => {
    const flat = x.reshape([images, rows, columns * channels]) as Tensor3D;
    const lower = poolRows(flat, height).reshape([images * height, columns, channels]) as Tensor3D;
    return poolRows(lower, width).reshape([images, height, width, channels]) as Tensor4D;
  });
}

/** [batch, rows, any] -> [batch, count, any] */
function poolRows(x: Tensor3D, count: number): Tensor3D {
  const [images, rows] = x.shape;
  const shares = tf.tensor3d(listShares(rows, count), [1, count, rows]);
  return tf.matMul(shares.tile([images, 1, 1]), x);
}

/** For each of `count` equal parts, what each of `rows` contributes to its mean, [count * rows]. */
function listShares(rows: number, count: number): Float32Array {
  const size = rows / count;
  return Float32Array.from({ length: count * rows }, (_, at) => {
    const [part, row] = [Math.floor(at / rows), at % rows];
    const overlap = Math.min((part + 1) * size, row + 1) - Math.max(part * size, row);
    return Math.max(0, overlap) / size;
  });
}
