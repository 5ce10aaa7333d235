import {
  activate,
  add,
  addHead,
  convolve,
  type GraphNode,
  initialiseTensors,
  isTrained,
  normalise,
  startGraph,
} from "@radlite/training/architectures";
import { computeGradients, runGraph, tf } from "@radlite/training/fit";
import type { Tensor } from "@tensorflow/tfjs-node";
import { expect, test } from "vitest";
import { weighClasses } from "../../../training/fit/batches.ts";
import { computeLoss, runOperators } from "../../../training/fit/gradients.ts";
import { buildSmallGraph, drawBatch, drawUniform, drawValues } from "../networks.ts";

const OPTIONS = { classWeights: [1.5, 0.75], labelSmoothing: 0.1 };

test("the loss of two logits is as computed by hand", () => {
  const loss = tf.tidy(
    () => computeLoss(tf.tensor2d([[2], [-1]]), { labels: Uint8Array.of(1, 0) }, OPTIONS).dataSync()[0]!,
  );

  const first = 0.75 * (Math.log(1 + Math.exp(-2)) + 0.05 * 2); // target 0.95
  const second = 1.5 * (Math.log(1 + Math.exp(-1)) + 0.05 * 1); // target 0.05
  expect(loss).toBeCloseTo((first + second) / 2, 5);
});

test("huge logits give a finite loss", () => {
  const loss = tf.tidy(
    () => computeLoss(tf.tensor2d([[1e4], [1e4]]), { labels: Uint8Array.of(1, 0) }, OPTIONS).dataSync()[0]!,
  );

  expect(loss).toBeCloseTo((0.75 * 0.05 * 1e4 + 1.5 * 0.95 * 1e4) / 2, 0);
});

test("balanced classes weigh the same in all, 1 on average", () => {
  expect(weighClasses("balanced", [100, 300])).toEqual([2, 2 / 3]);
  expect(weighClasses("none", [100, 300])).toEqual([1, 1]);
});

test("weights of images stand beside those of classes, in one program and operator by operator", () => {
  const graph = buildSmallGraph(8);
  const values = drawValues(graph, 5);
  const batch = drawBatch(8, 6, 11);
  const { classWeights } = OPTIONS;
  const weights = Float32Array.from(batch.labels, (label) => classWeights[label]!);
  const none = { ...OPTIONS, classWeights: [1, 1] };
  for (const run of [computeGradients, runOperators]) {
    const byClass = run(graph, values, batch, OPTIONS);
    expect(run(graph, values, { ...batch, weights }, none)).toEqual(byClass);
    expect(run(graph, values, batch, { ...none, imageWeights: weights })).toEqual(byClass);
    const { losses } = byClass;
    const mean = losses.reduce((sum, loss, at) => sum + weights[at]! * loss, 0) / losses.length;
    expect(byClass.loss).toBeCloseTo(mean, 5);
  }
});

test("the gradient points along finite differences in every kind of tensor", () => {
  const graph = buildSmallGraph(8);
  const values = drawValues(graph, 5);
  const batch = drawBatch(8, 6, 11);
  const { gradients } = computeGradients(graph, values, batch, OPTIONS);

  // Along its own gradient a tensor's slope is the gradient's squared norm: large against float32's noise.
  graph.tensors.forEach(({ role }, at) => {
    const gradient = gradients[at];
    expect(gradient !== undefined).toBe(isTrained(role));
    if (!gradient) return;
    const norm = Math.hypot(...gradient);
    if (norm < 1e-3) return;
    const reach = 2e-3; // short of the kinks of most rectifiers
    const lossAt = (sign: number) => {
      const moved = values.with(
        at,
        values[at]!.map((value, i) => value + (sign * reach * gradient[i]!) / norm),
      );
      return computeGradients(graph, moved, batch, OPTIONS).loss;
    };
    expect((lossAt(1) - lossAt(-1)) / (2 * reach) / norm).toBeCloseTo(1, 1);
  });
});

test("a convolution's factor scales its gradient, a BatchNorm without gamma learns as one that stays at 1", () => {
  const build = (plain: boolean) => {
    const { graph, image } = startGraph(buildSmallGraph(8).input, ["NORMAL", "PNEUMONIA"]);
    const options = { layer: "scaled", filters: 3, kernel: 3, bias: true };
    const scaled = convolve(graph, image, plain ? options : { ...options, factor: 0.25 });
    const rectified = activate(graph, add(graph, scaled, scaled, "sum"), "Relu", "relu");
    const normal = normalise(graph, rectified, "norm", 0.1, { scaled: plain });
    addHead(graph, normal, { hidden: [], dropout: 0 });
    return graph;
  };
  const [plain, scaled] = [build(true), build(false)];
  const values = initialiseTensors(plain, 5); // kernel, bias, gamma, and so on
  const batch = drawBatch(8, 6, 11);
  const large = values
    .filter((_, at) => at !== 2)
    .map((array, at) => (at < 2 ? array.map((x) => 4 * x) : array));

  const expected = computeGradients(plain, values, batch, OPTIONS);
  const found = computeGradients(scaled, large, batch, OPTIONS);

  expect(found.loss).toBeCloseTo(expected.loss, 6);
  const gradients = expected.gradients.filter((_, at) => at !== 2);
  gradients.forEach((gradient, at) => {
    gradient?.forEach((value, i) => {
      expect(found.gradients[at]![i]).toBeCloseTo(at < 2 ? value / 4 : value, 5);
    });
  });
  expect(Math.hypot(...gradients[0]!)).toBeGreaterThan(0.01);
});

test("a strided 1x1 convolution has the filter gradient of its closed form", () => {
  // y_o = sum over points of x_i w_io, so d(sum of y)/dw_io is the sum of x_i over the points that are taken.
  const [side, channels, images] = [64, 8, 64];
  const x = drawUniform(images * side * side * channels, 3);
  const sums = new Float64Array(channels);
  x.forEach((value, at) => {
    const [column, row] = [Math.floor(at / channels) % side, Math.floor(at / channels / side) % side];
    if (column % 2 === 0 && row % 2 === 0) sums[at % channels]! += value;
  });
  const node = {
    op: "Conv",
    inputs: [0],
    kernel: [1, 1],
    strides: [2, 2],
    pads: [0, 0, 0, 0],
    groups: 1,
    weights: 0,
  };

  const gradient = tf.tidy(() => {
    const image = tf.tensor4d(x, [images, side, side, channels]);
    const kernel = tf.tensor4d(drawUniform(channels * channels, 4), [1, 1, channels, channels]);
    const sum = (weights: Tensor) =>
      runGraph({ nodes: [node as GraphNode] }, [weights], image)
        .sum()
        .asScalar();
    return tf.grads(sum)([kernel])[0]!.dataSync<"float32">().slice();
  });

  gradient.forEach((value, at) => {
    expect(Math.abs(value - sums[Math.floor(at / channels)]!)).toBeLessThan(0.05);
  });
});

test("leaks no tensor", () => {
  const graph = buildSmallGraph(8);
  const values = drawValues(graph, 5);
  computeGradients(graph, values, drawBatch(8, 4, 1), OPTIONS);
  const before = tf.memory().numTensors;

  computeGradients(graph, values, drawBatch(8, 4, 1), OPTIONS);

  expect(tf.memory().numTensors).toBe(before);
});
