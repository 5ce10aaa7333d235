/**
 * Fine-tuning between two stages: all values of a folded network learn on, by the loss that it was fitted with,
 * at a rate that falls along half a cosine. A method that ties values (a mask of pruned weights, say) hands in
 * a `Tie`, which puts them back where they belong after every step. A network that was damaged much learns
 * with BatchNorm put back (`normalise`), which is folded again for every look at it.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Network } from "@radlite/model/format";
import type { Batch, FitData } from "../fit/batches.ts";
import { computeGradients } from "../fit/gradients.ts";
import { applyGradients, type OptimiserState, startOptimiser } from "../fit/optimiser.ts";
import { computeRate } from "../fit/schedule.ts";
import { computeLogits, scoreLogits, type ValidationScore } from "../fit/validate.ts";
import { type NormalisedNetwork, normaliseNetwork } from "../freeze/normalise.ts";
import { replaceValues, thawNetwork } from "../freeze/thaw.ts";
import type { StageContext } from "./stage.ts";
import { restoreArrays } from "./stage-progress.ts";
import { firstEpochOf } from "./streams.ts";

export interface TuningOptions {
  /** The stage that progress names. */
  stage: string;
  epochs: number;
  /** Highest learning rate. */
  rate: number;
  /** The tie of a method that ties values. */
  tie?: Tie;
  /** The first epoch that may be kept, where those before it are on the way; 0: the start may be. */
  settled?: number;
  /** Learns with a BatchNorm behind each convolution that has a bias. */
  normalise?: boolean;
}

export interface Tie {
  /** Moves values in place; one array for each of the network's tensors. `step` is that just taken, from 1. */
  project(values: readonly Float32Array[], step: number): void;
  /** What it has decided so far, as plain data, and back; absent: nothing that the values do not say. */
  save?(): unknown;
  restore?(saved: unknown): void;
}

export interface TunedNetwork {
  network: Network;
  score: ValidationScore;
}

/** After an epoch. */
interface TuningState {
  epochs: number;
  values: Float32Array[];
  optimiser: OptimiserState;
  best: TunedNetwork | undefined;
  tied: unknown;
}

// Images that BatchNorm's statistics are estimated over, as in fitting.
const STATISTICS_IMAGES = 1024;

/**
 * The settled epoch best on validation, the untuned start among them. Tuned values are float32 whatever their
 * coding was; the start keeps its codings.
 * Errors: BAD_INPUT where the loss is no number any more; the signal's reason once it is aborted.
 */
export async function tuneNetwork(
  network: Network,
  data: FitData,
  { stage, epochs, rate, tie, settled = 0, normalise = false }: TuningOptions,
  { loss, streams, progress, signal, onProgress }: StageContext,
): Promise<TunedNetwork> {
  const firstEpoch = firstEpochOf("tuning", streams);
  const { graph, values, learnt, fold } = normalise
    ? normaliseNetwork(network, await takeBatches(data, firstEpoch))
    : thawWhole(network);
  const seen = learnt.map((at) => values[at]!); // what `project` takes for the network's values
  const saved = progress?.saved as TuningState | undefined;
  if (saved) {
    restoreArrays(values, saved.values);
    tie?.restore?.(saved.tied);
  }
  const optimiser = saved?.optimiser ?? startOptimiser(values);
  const decay = values.map(() => 0);
  const schedule = { rate, warmupSteps: 0, totalSteps: epochs * data.steps };
  const start = () => (settled === 0 ? { network, score: scoreNetwork(network, data) } : undefined);
  let best = saved ? saved.best : start();

  for (let epoch = saved?.epochs ?? 0; epoch < epochs; epoch++) {
    const batches: Batch[] = [];
    for (let step = 0; step < data.steps; step++) {
      signal?.throwIfAborted();
      const batch = await data.batch(firstEpoch + epoch, step);
      const { loss: reached, gradients } = computeGradients(graph, values, batch, loss);
      if (!Number.isFinite(reached)) throw refuseDivergence(stage, epoch + 1, rate);
      applyGradients(values, gradients, optimiser, { rate: computeRate(optimiser.steps, schedule), decay });
      tie?.project(seen, optimiser.steps);
      if (batches.length * batch.labels.length < STATISTICS_IMAGES) batches.push(batch);
    }
    const folded = fold(values, batches);
    tie?.project(folded, optimiser.steps);
    const tuned = replaceValues(network, folded);
    const score = scoreNetwork(tuned, data);
    if (epoch + 1 >= settled && (!best || score.loss < best.score.loss)) best = { network: tuned, score };
    const reached: TuningState = { epochs: epoch + 1, values, optimiser, best, tied: tie?.save?.() };
    await progress?.keep(reached);
    onProgress?.({
      kind: "note",
      text: `${stage}: epoch ${epoch + 1} of ${epochs}, validation AUC ${score.auc.toFixed(4)}, loss ${score.loss.toFixed(4)}`,
    });
  }
  return best!;
}

function refuseDivergence(stage: string, epoch: number, rate: number): RadliteError {
  return new RadliteError(
    "BAD_INPUT",
    `${stage}: the loss is not a number any more in epoch ${epoch} of fine-tuning, at a rate of up to ${rate}. Fine-tune at a lower rate.`,
  );
}

/** As normaliseNetwork gives it, without BatchNorm. */
function thawWhole(network: Network): NormalisedNetwork {
  const { graph, values } = thawNetwork(network);
  return { graph, values, learnt: [...values.keys()], fold: (tuned) => tuned.map((array) => array.slice()) };
}

/** Enough of them for statistics. */
async function takeBatches(data: FitData, epoch: number): Promise<Batch[]> {
  const batches: Batch[] = [];
  for (let step = 0, images = 0; step < data.steps && images < STATISTICS_IMAGES; step++) {
    const batch = await data.batch(epoch, step);
    batches.push(batch);
    images += batch.labels.length;
  }
  return batches;
}

/** On validation, through TensorFlow. */
export function scoreNetwork(network: Network, data: FitData): ValidationScore {
  const { graph, values } = thawNetwork(network);
  return scoreLogits(computeLogits(graph, values, data.validation), data.validation.labels);
}
