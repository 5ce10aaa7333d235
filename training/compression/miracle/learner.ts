/**
 * One step of learning a posterior: sample every free value that is not coded yet, run a batch through the
 * network with the sample, and move means, deviations and, where asked, prior widths by Adam. Plain data, like
 * all training state; the network's graph is the only thing that knows TensorFlow.
 */
import { drawCandidates } from "@radlite/model/format";
import type { Graph } from "../../architectures/graph.ts";
import type { Batch } from "../../fit/batches.ts";
import { computeGradients, type LossOptions } from "../../fit/gradients.ts";
import { applyGradients, type OptimiserState, startOptimiser } from "../../fit/optimiser.ts";
import { restoreArrays } from "../stage-progress.ts";
import { gatherFree, type Hashing, spreadFree } from "./hashing.ts";
import { computePosteriorGradients, type Posterior, samplePosterior } from "./posterior.ts";

export interface Learner {
  graph: Graph;
  /** For each tensor of the code, its number in the graph. */
  order: readonly number[];
  hashing: Hashing;
  posterior: Posterior;
  /** [free]: the coded value; NaN where there is none yet. */
  coded: Float32Array;
  /** The seed of the noise. */
  seed: number;
  steps: number;
  meanState: OptimiserState;
  widthState: OptimiserState;
}

/** What of a learner changes as it learns. */
export type LearnerState = Pick<Learner, "coded" | "steps" | "meanState" | "widthState"> & {
  posterior: Omit<Posterior, "tensorOf">;
};

export interface StepOptions {
  loss: LossOptions;
  rate: number;
  /** Weight of a free value's KL; absent: no KL, and values stay as certain as they are. */
  beta?: (at: number) => number;
  /** Whether the priors' widths learn too. */
  scales?: boolean;
}

/** Logarithms of widths have further to go than means: from e^-10 to the prior's own. */
const WIDTH_SHARE = 20;

export function startLearner(
  learner: Pick<Learner, "graph" | "order" | "hashing" | "posterior" | "seed">,
): Learner {
  const { means, logDeviations, logScales } = learner.posterior;
  return {
    ...learner,
    coded: new Float32Array(means.length).fill(Number.NaN),
    steps: 0,
    meanState: startOptimiser([means]),
    widthState: startOptimiser([logDeviations, logScales]),
  };
}

export function saveLearner({ posterior, coded, steps, meanState, widthState }: Learner): LearnerState {
  const { tensorOf: _, ...learnt } = posterior;
  return { posterior: learnt, coded, steps, meanState, widthState };
}

/** Puts `learner` where `saved` was. */
export function restoreLearner(learner: Learner, { posterior, coded, ...saved }: LearnerState): void {
  const { means, logDeviations, logScales } = learner.posterior;
  restoreArrays(
    [means, logDeviations, logScales, learner.coded],
    [posterior.means, posterior.logDeviations, posterior.logScales, coded],
  );
  Object.assign(learner, saved);
}

/** Moves the posterior in place; gives the cross entropy of the sample. */
export function takeStep(
  learner: Learner,
  batch: Batch,
  { loss, rate, beta, scales = false }: StepOptions,
): number {
  const { graph, order, hashing, posterior, coded } = learner;
  const noise = drawCandidates(learner.seed, learner.steps++);
  const sample = samplePosterior(posterior, noise).map((value, at) =>
    Number.isNaN(coded[at]!) ? value : coded[at]!,
  );
  const result = computeGradients(graph, placeTensors(order, spreadFree(hashing, sample)), batch, loss);
  const sampled = gatherFree(
    hashing,
    order.map((tensor) => result.gradients[tensor]!),
  );
  const gradients = computePosteriorGradients(posterior, sampled, noise, (at) =>
    Number.isNaN(coded[at]!) ? (beta?.(at) ?? 0) : undefined,
  );
  const decay = [0, 0];
  applyGradients([posterior.means], [gradients.means], learner.meanState, { rate, decay });
  if (beta !== undefined) {
    const widths = [posterior.logDeviations, posterior.logScales];
    const moved = [gradients.logDeviations, scales ? gradients.logScales : undefined];
    applyGradients(widths, moved, learner.widthState, { rate: WIDTH_SHARE * rate, decay });
  }
  return result.loss;
}

/** The arrays of the code's tensors, at their numbers in the graph. */
export function placeTensors(order: readonly number[], tensors: readonly Float32Array[]): Float32Array[] {
  const placed: Float32Array[] = [];
  order.forEach((tensor, at) => {
    placed[tensor] = tensors[at]!;
  });
  return placed;
}
