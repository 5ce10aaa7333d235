/**
 * Trains a graph: the loop over epochs and steps, and nothing that a step or an epoch is made of. The state is
 * plain data; an epoch is a function of the state before it, the options and the data, so a run that was
 * stopped and goes on from its checkpoint ends where an uninterrupted one does.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Learner } from "../architectures/graph.ts";
import { initialiseTensors } from "../architectures/initialise.ts";
import { updateAverage } from "./average.ts";
import { type Batch, type FitData, weighClasses } from "./batches.ts";
import { confineLatents } from "./binary-weights.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { computeGradients, type LossOptions } from "./gradients.ts";
import { attachHints } from "./hints.ts";
import { applyGradients, type OptimiserState, startOptimiser } from "./optimiser.ts";
import { type OnProgress, startClock } from "./progress.ts";
import { startRobust, updateRobust, weighImages } from "./robust.ts";
import { computeRate } from "./schedule.ts";
import { estimateStatistics } from "./statistics.ts";
import { tf } from "./tensorflow.ts";
import { computeLogits, scoreLogits, type ValidationScore } from "./validate.ts";

/** As in a recipe's section `fit`. */
export interface FitOptions {
  epochs: number;
  rate: number;
  warmup: number;
  weightDecay: number;
  labelSmoothing: number;
  averaging: number;
  classWeights: "balanced" | "none";
  seed: number;
}

export interface FitContext {
  checkpoint: { path: string; fingerprint: string; resume: boolean };
  /** One array for each of the graph's tensors, in place of those that the seed draws. */
  start?: readonly Float32Array[];
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** The epoch that did best on validation, with BatchNorm's statistics for its weights. */
export interface FitResult {
  epoch: number; // from 1
  score: ValidationScore;
  values: Float32Array[]; // one for each of the graph's tensors
}

interface FitState {
  epochs: number; // finished
  weights: Float32Array[];
  average: Float32Array[];
  optimiser: OptimiserState;
  best: FitResult | undefined;
  /** What each group weighs, where the data has robust groups. */
  robust?: Float64Array;
}

// Images that BatchNorm's statistics are estimated over: 1,024 bring the error of a mean to 3% of a deviation.
const STATISTICS_IMAGES = 1024;

// A prime beyond usual seeds, so that neighbouring seeds do not draw each other's steps.
const DROPOUT_STRIDE = 1_000_003;

/** Errors: CONFLICT (a foreign checkpoint); BAD_INPUT (the loss is no number any more); the signal's reason once it is aborted, the last epoch being saved. */
export async function fitGraph(
  graph: Learner,
  data: FitData,
  options: FitOptions,
  { checkpoint, start, signal, onProgress }: FitContext,
): Promise<FitResult> {
  const { path, fingerprint, resume } = checkpoint;
  const saved = resume ? await readCheckpoint<FitState>(path, fingerprint) : undefined;
  const { learner, regressors, batch } = attachHints(graph, data);
  const values = start ?? initialiseTensors(graph, options.seed);
  const state = saved ?? startState([...values, ...initialiseTensors({ tensors: regressors }, options.seed)]);
  if (data.robust) state.robust ??= startRobust(data.robust);
  if (!saved) await writeCheckpoint(path, fingerprint, state);
  const clock = startClock({ epochs: options.epochs, steps: data.steps, done: state.epochs });

  while (state.epochs < options.epochs) {
    const { batches, loss, accuracy } = await runEpoch(
      learner,
      { ...data, batch },
      options,
      state,
      (step) => {
        signal?.throwIfAborted();
        onProgress?.({ kind: "step", ...clock.atStep(state.epochs, step.step), ...step });
      },
    );
    const reached = options.averaging > 0 ? state.average : state.weights;
    const values = estimateStatistics(graph, reached.slice(0, graph.tensors.length), batches);
    const score = scoreLogits(computeLogits(graph, values, data.validation), data.validation.labels);
    state.epochs++;
    const chosen = !state.best || score.loss <= state.best.score.loss;
    if (chosen) state.best = { epoch: state.epochs, score, values: values.map((array) => array.slice()) };
    await writeCheckpoint(path, fingerprint, state);
    onProgress?.({
      kind: "epoch",
      ...clock.atEpoch(state.epochs),
      loss,
      accuracy,
      validation: score,
      chosen,
    });
    signal?.throwIfAborted();
  }
  return state.best!;
}

function startState(start: readonly Float32Array[]): FitState {
  const weights = start.map((values) => values.slice());
  const average = weights.map((values) => values.slice());
  return { epochs: 0, weights, average, optimiser: startOptimiser(weights), best: undefined };
}

interface EpochResult {
  /** The first ones, for BatchNorm's statistics. */
  batches: Batch[];
  loss: number;
  accuracy: number;
}

/** One pass over the training images; moves `state` in place. */
async function runEpoch(
  graph: Learner,
  data: FitData,
  options: FitOptions,
  state: FitState,
  onStep: (step: { step: number; loss: number; accuracy: number }) => void,
): Promise<EpochResult> {
  const loss: LossOptions = {
    classWeights: weighClasses(options.classWeights, data.counts),
    labelSmoothing: options.labelSmoothing,
  };
  const schedule = {
    rate: options.rate,
    warmupSteps: Math.round(options.warmup * data.steps),
    totalSteps: options.epochs * data.steps,
  };
  const decay = graph.tensors.map(({ role }) => (role === "kernel" ? options.weightDecay : 0));
  const latents = graph.tensors.flatMap(({ role }, at) => (role === "latent" ? [at] : []));
  const shares = graph.tensors.map(({ rateShare = 1 }) => rateShare);
  const batches: Batch[] = [];
  const sums = { loss: 0, correct: 0, images: 0 };

  for (let step = 0; step < data.steps; step++) {
    const batch = await data.batch(state.epochs, step);
    const { inputs, labels, rows } = batch;
    if (sums.images < STATISTICS_IMAGES) batches.push({ inputs, labels });
    const robust = data.robust && state.robust && rows && { groups: data.robust, q: state.robust, rows };
    const result = computeGradients(graph, state.weights, batch, {
      ...loss,
      ...(robust ? { imageWeights: weighImages(robust.q, robust.groups, robust.rows) } : {}),
      dropoutSeed: options.seed + DROPOUT_STRIDE * state.optimiser.steps,
    });
    if (!Number.isFinite(result.loss)) throw refuseDivergence(state.epochs + 1, step + 1, options.rate);
    if (robust) updateRobust(robust.q, robust.groups, { rows: robust.rows, losses: result.losses });
    const rate = computeRate(state.optimiser.steps, schedule);
    applyGradients(state.weights, result.gradients, state.optimiser, { rate, decay, shares });
    for (const at of latents) confineLatents(state.weights[at]!, graph.tensors[at]!.shape);
    updateAverage(state.average, state.weights, { decay: options.averaging, steps: state.optimiser.steps });
    sums.loss += result.loss;
    sums.correct += result.correct;
    sums.images += labels.length;
    onStep({ step: step + 1, loss: sums.loss / (step + 1), accuracy: sums.correct / sums.images });
    await tf.nextFrame(); // lets signals, heartbeats and the data's messages through between two steps
  }
  return { batches, loss: sums.loss / data.steps, accuracy: sums.correct / sums.images };
}

function refuseDivergence(epoch: number, step: number, rate: number): RadliteError {
  return new RadliteError(
    "BAD_INPUT",
    `The loss is not a number any more in epoch ${epoch}, step ${step}, at a rate of up to ${rate}. Train with a lower rate or a longer warm-up.`,
  );
}
