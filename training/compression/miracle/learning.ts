/**
 * The stages A and B of MIRACLE. A: free values learn without a budget. B: of each a normal posterior, at first
 * next to certain, whose KL comes down to the budget; the priors' widths learn too.
 */
import type { FitData } from "../../fit/batches.ts";
import type { ValidationScore } from "../../fit/validate.ts";
import type { StageContext } from "../stage.ts";
import { firstEpochOf } from "../streams.ts";
import { type Blocks, cutByCount, sumByBlock } from "./blocks.ts";
import { type Learner, type LearnerState, restoreLearner, saveLearner, takeStep } from "./learner.ts";
import { computeKl, startPosterior } from "./posterior.ts";
import { chooseGrowth, FIRST_BETA, updateBetas } from "./schedule.ts";

export interface LearningOptions {
  /** Size of all choices together, about as many where blocks are cut by KL; scales, seed and header come on top. */
  bytes: number;
  /** The bits of a choice: 2^bits candidates. */
  bits: number;
  /** `count`: blocks of as many values; `kl`: of as much information, each with its size in the file. */
  blocks: "count" | "kl";
  /** Epochs of stage A. */
  warmup: number;
  /** Epochs of stage B. */
  epochs: number;
  /** Learning rate, constant here. */
  rate: number;
  seed: number;
}

/** What stage B held to the budget, and the weight of each block's KL that it took. */
export interface HeldBlocks {
  blocks: Blocks;
  betas: Float64Array;
  /** The divergence of the posterior from the prior, all values together. */
  klNats: number;
}

/** After an epoch, or after some coded blocks. */
export interface MiracleState {
  learner: LearnerState;
  /** Finished, those of stage A among them; absent in stage C. */
  epochs?: number;
  /** Once stage B has begun. */
  betas?: Float64Array;
  /** Once stage C has begun. */
  coding?: CodingState;
}

export interface CodingState {
  held: HeldBlocks;
  /** Coded already. */
  blocks: number;
  choices: Uint32Array;
  /** Uniform numbers drawn so far. */
  draws: number;
}

/** Bits of the size of a block that is cut by KL: it has 64 values at most. */
export const SIZE_BITS = 6;

/**
 * Leaves `learner` with a posterior of the budget. Where blocks are to be cut by KL they are not there yet, so the
 * whole is held as one. `judge` scores the posterior's means.
 */
export async function learnPosterior(
  learner: Learner,
  data: FitData,
  { bytes, bits, blocks: cut, warmup, epochs, rate, seed }: LearningOptions,
  { loss, streams, progress, signal, onProgress, judge }: StageContext & { judge: () => ValidationScore },
): Promise<HeldBlocks> {
  const { posterior, hashing } = learner;
  const note = (text: string) => {
    const { auc, loss: entropy } = judge();
    onProgress?.({
      kind: "note",
      text: `miracle: ${text}, validation AUC ${auc.toFixed(4)}, loss ${entropy.toFixed(4)}`,
    });
  };
  const saved = progress?.saved as MiracleState | undefined;
  if (saved) restoreLearner(learner, saved.learner);
  if (saved?.coding) return saved.coding.held;
  const done = saved?.epochs ?? 0;
  const keep = (finished: Omit<MiracleState, "learner">) =>
    progress?.keep({ learner: saveLearner(learner), ...finished } satisfies MiracleState);
  for (let epoch = done + 1; epoch <= warmup; epoch++) {
    for (let step = 0; step < data.steps; step++) {
      signal?.throwIfAborted();
      takeStep(learner, await nextBatch(learner, data, streams), { loss, rate });
    }
    await keep({ epochs: epoch });
    note(`hashed, epoch ${epoch} of ${warmup}`);
  }

  if (!saved?.betas) {
    posterior.logScales.set(startPosterior(posterior.means, hashing.tensorOf).logScales); // of what was just learnt
  }
  const choices = countChoices(hashing.free, { bytes, bits, blocks: cut });
  const blocks = cutByCount(hashing.free, cut === "kl" ? 1 : choices, seed);
  const betas = saved?.betas ?? new Float64Array(blocks.sizes.length).fill(FIRST_BETA);
  const total = choices * bits * Math.LN2;
  const budget = total / betas.length;
  const growth = chooseGrowth(epochs * data.steps);
  const sumKl = () => computeKl(posterior).reduce((sum, nats) => sum + nats, 0);
  for (let epoch = Math.max(done - warmup, 0) + 1; epoch <= epochs; epoch++) {
    for (let step = 0; step < data.steps; step++) {
      signal?.throwIfAborted();
      const beta = (at: number) => betas[blocks.blockOf[at]!]!;
      takeStep(learner, await nextBatch(learner, data, streams), { loss, rate, beta, scales: true });
      updateBetas(betas, sumByBlock(blocks, computeKl(posterior)), { budget, growth });
    }
    await keep({ epochs: warmup + epoch, betas });
    note(`${sumKl().toFixed(0)} nats for a budget of ${total.toFixed(0)}, epoch ${epoch} of ${epochs}`);
  }
  return { blocks, betas, klNats: sumKl() };
}

/** Blocks that the bytes pay for. */
export function countChoices(
  free: number,
  { bytes, bits, blocks }: Pick<LearningOptions, "bytes" | "bits" | "blocks">,
): number {
  return Math.min(free, Math.floor((8 * bytes) / (blocks === "kl" ? bits + SIZE_BITS : bits)));
}

/** The batch of the step that the learner takes next. */
export function nextBatch(
  { steps }: Learner,
  data: FitData,
  streams: StageContext["streams"],
): ReturnType<FitData["batch"]> {
  return data.batch(firstEpochOf("miracle", streams) + Math.floor(steps / data.steps), steps % data.steps);
}
