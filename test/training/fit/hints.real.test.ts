import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initialiseTensors, type Learner } from "@radlite/training/architectures";
import {
  type Batch,
  computeGradients,
  type FitData,
  fitGraph,
  type Progress,
  runOperators,
  runValues,
  tf,
  toInputs,
  toTensors,
} from "@radlite/training/fit";
import type { Scalar, Tensor, Tensor4D } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Hint, HintTarget } from "../../../training/fit/batches.ts";
import type { FitContext } from "../../../training/fit/fit.ts";
import { attachHints, computeHintLoss, poolArea } from "../../../training/fit/hints.ts";
import { buildSmallGraph, drawBatch, drawFitData, drawUniform, drawValues } from "../networks.ts";

const OPTIONS = { classWeights: [1.5, 0.75], labelSmoothing: 0.1 };
const FIT = {
  epochs: 3,
  rate: 0.01,
  warmup: 1,
  weightDecay: 0.1,
  labelSmoothing: 0.05,
  averaging: 0.9,
  seed: 3,
  classWeights: "balanced" as const,
};

const graph = buildSmallGraph(8);
const POOLED = graph.nodes.findLast(({ op }) => op === "GlobalAveragePool")!.inputs[0]; // 4 x 4 x 4

/** Features of a shape for each of the batches of `data`. */
function hintAt(shape: readonly [number, number, number], weight: number, data: FitData): FitData {
  const target: HintTarget = { value: POOLED, channels: 4, shape, weight };
  const size = shape[0] * shape[1] * shape[2];
  const features = async (epoch: number, step: number) => {
    const { labels } = await data.batch(epoch, step);
    return [drawUniform(labels.length * size, 50 + 10 * epoch + step)];
  };
  return { ...data, hints: { targets: [target], features } };
}

async function takeHinted(shape: readonly [number, number, number], weight: number) {
  const data = hintAt(shape, weight, drawFitData(8, { steps: 2, batch: 6 }));
  const { learner, regressors, batch } = attachHints(graph, data);
  const values = [...drawValues(graph, 5), ...initialiseTensors({ tensors: regressors }, 5)];
  return { learner, values, batch: await batch(0, 1) };
}

function pool(values: number[], from: [number, number], to: [number, number]): number[] {
  return tf.tidy(() => [...poolArea(tf.tensor4d(values, [1, ...from, 1]), to).dataSync()]);
}

test("areas are averaged, cells on their border by what lies in each", () => {
  expect(pool([1, 2, 3, 4, 5, 6, 7, 8], [2, 4], [1, 2])).toEqual([3.5, 5.5]);
  const thirds = pool([1, 2, 3], [3, 1], [2, 1]);
  expect(thirds[0]).toBeCloseTo(4 / 3, 6);
  expect(thirds[1]).toBeCloseTo(8 / 3, 6);
});

test("a pooled map has the mean of the whole, whatever the sizes", () => {
  const side = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(side, side, side, side, (rows, columns, height, width) => {
      const values = [...drawUniform(rows * columns, 7)];
      const small = pool(values, [rows, columns], [Math.min(rows, height), Math.min(columns, width)]);

      const mean = (of: number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
      expect(mean(small)).toBeCloseTo(mean(values), 5);
    }),
    { seed: 1, numRuns: 40 },
  );
});

test("the loss of two images is as computed by hand", () => {
  const hint: Hint = {
    value: 0,
    channels: 1,
    shape: [1, 1, 2],
    weight: 0.5,
    features: Float32Array.of(1, 3, -1, 1),
    regressor: { weights: 0, bias: 1 },
  };

  const loss = tf.tidy(() => {
    const tensors = [tf.tensor2d([[2, 1]]), tf.tensor1d([0, 1])];
    const value = tf.tensor4d([1, 3, -2, 0], [2, 2, 1, 1]); // pooled: 2 and -1
    return computeHintLoss(hint, value, tensors, Float32Array.of(1.5, 0.5)).dataSync()[0]!;
  });

  // Regressed: [4, 3] and [-2, 0], so distances (9 + 0) / 2 and (1 + 1) / 2; mean of t^2: 12 / 4.
  expect(loss).toBeCloseTo((0.5 * (1.5 * 4.5 + 0.5 * 1)) / 2 / 3, 6);
});

test("a student identical to its teacher has no hint loss, and hints change none of its gradients", () => {
  const values = drawValues(graph, 5);
  const batch = drawBatch(8, 6, 11);
  const reached = tf.tidy(() =>
    runValues(graph, toTensors(graph, values), toInputs(graph, batch), { onStatistics: () => {} })[
      POOLED
    ]!.dataSync<"float32">(),
  );
  const hint: Hint = { value: POOLED, channels: 4, shape: [4, 4, 4], weight: 100, features: reached };

  const plain = runOperators(graph, values, batch, OPTIONS);
  const hinted = runOperators(graph, values, { ...batch, hints: [hint] }, OPTIONS);

  expect(hinted.loss).toBe(plain.loss);
  expect(hinted.gradients).toEqual(plain.gradients);
});

const SHAPES = [
  ["as large", [4, 4, 4]],
  ["of fewer points", [3, 2, 4]],
  ["of other channels", [4, 4, 7]],
  ["of both", [2, 3, 5]],
] as const;

test.each(SHAPES)("towards features %s its gradient is that of finite differences", (_, shape) => {
  const [height, width, channels] = shape;
  const hint: Hint = {
    value: 0,
    channels: 4,
    shape,
    weight: 3,
    features: drawUniform(6 * height * width * channels, 1),
    ...(channels === 4 ? {} : { regressor: { weights: 0, bias: 1 } }),
  };
  const images = drawUniform(6, 2, 0.5, 1.5);
  const given = [drawUniform(6 * 4 * 4 * 4, 3), drawUniform(4 * channels, 4), drawUniform(channels, 5)];
  const place = ([value, ...regressor]: Float32Array[]) => [
    tf.tensor4d(value!, [6, 4, 4, 4]),
    tf.tensor2d(regressor[0]!, [4, channels]),
    tf.tensor1d(regressor[1]!),
  ];
  const lossOf = (value: Tensor, weights: Tensor, bias: Tensor): Scalar =>
    computeHintLoss(hint, value as Tensor4D, [weights, bias], images);
  const gradients = tf.tidy(() =>
    tf
      .grads(lossOf)(place(given).slice(0, channels === 4 ? 1 : 3))
      .map((one) => one.dataSync<"float32">()),
  );

  gradients.forEach((gradient, at) => {
    const direction = drawUniform(gradient.length, 100 + at);
    const reach = 1; // the loss is a square: nothing is lost by going far
    const lossAt = (sign: number) => {
      const moved = given[at]!.map((value, i) => value + sign * reach * direction[i]!);
      return tf.tidy(() => {
        const [value, weights, bias] = place(given.with(at, moved));
        return lossOf(value!, weights!, bias!).dataSync()[0]!;
      });
    };
    const along = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0);
    expect((lossAt(1) - lossAt(-1)) / (2 * reach) / along).toBeCloseTo(1, 3);
  });
});

test.each(SHAPES)("features %s reach every tensor, as finite differences say", async (_, shape) => {
  const { learner, values, batch } = await takeHinted(shape, 3);

  const { gradients } = computeGradients(learner, values, batch, OPTIONS);

  expect(gradients).toHaveLength(graph.tensors.length + (shape[2] === 4 ? 0 : 2));
  // Along its own gradient a tensor's slope is the gradient's norm: large against float32's noise.
  gradients.forEach((gradient, at) => {
    if (!gradient) return;
    const norm = Math.hypot(...gradient);
    const reach = 1e-3; // short of the kinks of most rectifiers
    const lossAt = (sign: number) => {
      const moved = values.with(
        at,
        values[at]!.map((value, i) => value + (sign * reach * gradient[i]!) / norm),
      );
      return computeGradients(learner, moved, batch, OPTIONS).loss;
    };
    if (norm > 1e-3) expect((lossAt(1) - lossAt(-1)) / (2 * reach) / norm).toBeCloseTo(1, 1);
  });
  if (shape[2] !== 4) expect(Math.hypot(...gradients.at(-2)!)).toBeGreaterThan(0.1);
});

test("a hint without weight changes neither loss nor gradient, bit for bit", async () => {
  const { learner, values, batch } = await takeHinted([2, 3, 5], 0);

  const hinted = runOperators(learner, values, batch, OPTIONS);
  const plain = runOperators(graph, values, { ...batch, hints: undefined } as Batch, OPTIONS);

  expect(hinted.loss).toBe(plain.loss);
  expect(hinted.gradients.slice(0, graph.tensors.length)).toEqual(plain.gradients);
});

async function makeContext(context: Partial<FitContext> = {}): Promise<FitContext> {
  const folder = await mkdtemp(join(tmpdir(), "radlite-hints-"));
  return {
    checkpoint: { path: join(folder, "checkpoint.bin"), fingerprint: "test", resume: false },
    ...context,
  };
}

test("stopped inside an epoch and resumed, a hinted fit ends where an uninterrupted one does, without regressor", async () => {
  const data = hintAt([2, 3, 5], 1, drawFitData(8, { steps: 4, batch: 16 }));
  const whole = await fitGraph(graph, data, FIT, await makeContext());

  const context = await makeContext();
  const controller = new AbortController();
  const onProgress = (one: Progress) => {
    if (one.kind === "step" && one.epoch === 2 && one.step === 3) controller.abort(new Error("stop"));
  };
  const stopped = fitGraph(graph, data, FIT, { ...context, signal: controller.signal, onProgress });
  await expect(stopped).rejects.toThrow("stop");
  const resumed = await fitGraph(graph, data, FIT, { checkpoint: { ...context.checkpoint, resume: true } });

  expect(resumed).toEqual(whole);
  expect(whole.values.map(({ length }) => length)).toEqual(
    initialiseTensors(graph, 1).map(({ length }) => length),
  );
});

/** What the student's features leave unexplained of the teacher's after a fit. */
async function measureDistance(teacher: Learner, taught: Float32Array[], weight: number): Promise<number> {
  const data = drawFitData(8, { steps: 8, batch: 16 });
  const look = (of: Learner, values: Float32Array[], { inputs, labels }: Batch): Float32Array =>
    tf.tidy(() => {
      const x: Tensor4D = toInputs(of, { inputs, labels });
      return runValues(of, toTensors(of, values), x)[POOLED]!.dataSync<"float32">();
    });
  const target: HintTarget = { value: POOLED, channels: 4, shape: [4, 4, 4], weight };
  const features = async (epoch: number, step: number) => [
    look(teacher, taught, await data.batch(epoch, step)),
  ];
  const hinted = { ...data, hints: { targets: [target], features } };
  const { values } = await fitGraph(graph, hinted, FIT, await makeContext());
  const [own, theirs] = [look(graph, values, data.validation), look(teacher, taught, data.validation)];
  const square = (of: Float32Array) => of.reduce((sum, value) => sum + value ** 2, 0);
  return square(own.map((value, at) => value - theirs[at]!)) / square(theirs);
}

test("a student that is given hints comes nearer to its teacher", async () => {
  const taught = drawValues(graph, 77);

  const [without, withHints] = [
    await measureDistance(graph, taught, 0),
    await measureDistance(graph, taught, 10),
  ];

  expect(withHints).toBeLessThan(0.6 * without);
});

test("leaks no tensor", async () => {
  const { learner, values, batch } = await takeHinted([2, 3, 5], 3);
  computeGradients(learner, values, batch, OPTIONS);
  const before = tf.memory().numTensors;

  computeGradients(learner, values, batch, OPTIONS);

  expect(tf.memory().numTensors).toBe(before);
});
