/**
 * Stage C of MIRACLE: block after block is coded and stays as it decodes, and the others learn on around it. The
 * priors' widths are the file's from here on.
 */
import { roundToFloat16, type SeededCode } from "@radlite/model/format";
import { drawUniform, seedRandom } from "../../data/random.ts";
import type { FitData } from "../../fit/batches.ts";
import { computeRate } from "../../fit/schedule.ts";
import type { StageContext } from "../stage.ts";
import { cutByKl, listBlocks, sumByBlock } from "./blocks.ts";
import { type CandidateTable, chooseCandidate, drawTable } from "./coding.ts";
import { type Learner, saveLearner, takeStep } from "./learner.ts";
import {
  type HeldBlocks,
  type LearningOptions,
  type MiracleState,
  nextBatch,
  SIZE_BITS,
} from "./learning.ts";
import { computeKl, type Posterior } from "./posterior.ts";
import { updateBetas } from "./schedule.ts";

export interface CodingOptions extends Pick<LearningOptions, "bits" | "blocks" | "seed" | "rate"> {
  /** Steps of the others after each block; the learning rate falls along half a cosine over all of them. */
  settle: number;
}

/** A share a step: smaller than while the budget was still far. */
const GROWTH = 5e-4;
const BLOCKS_BETWEEN_NOTES = 250;
/** The least that float16 holds to all its digits. */
const LEAST_SCALE = 2 ** -14;

export async function codeBlocks(
  learner: Learner,
  held: HeldBlocks,
  data: FitData,
  { bits, blocks: cut, settle, rate, seed }: CodingOptions,
  { loss, streams, progress, signal, onProgress }: StageContext,
): Promise<SeededCode> {
  const { posterior, hashing, coded } = learner;
  const scales = roundToFloat16(posterior.logScales.map((log) => Math.max(LEAST_SCALE, Math.exp(log))));
  posterior.logScales.set(scales.map(Math.log));
  const budget = bits * Math.LN2;
  const saved = (progress?.saved as MiracleState | undefined)?.coding;
  const cutBlocks = cut === "kl" && !saved ? cutHeld(posterior, held, { budget, seed }) : held;
  const { blocks, betas } = cutBlocks;
  const lists = listBlocks(blocks);
  const table = drawTable(seed, bits, Math.max(...blocks.sizes));
  const random = seedRandom(seed, bits);
  let draws = 0;
  const uniform = () => {
    draws++;
    return drawUniform(random, 0, 1);
  };
  while (draws < (saved?.draws ?? 0)) uniform();
  const choices = saved?.choices ?? new Uint32Array(lists.length);
  const schedule = { rate, warmupSteps: 0, totalSteps: lists.length * settle };
  const beta = (at: number) => betas[blocks.blockOf[at]!]!;

  for (const [block, values] of lists.entries()) {
    if (block < (saved?.blocks ?? 0)) continue;
    choices[block] = codeBlock(posterior, values, table, uniform);
    values.forEach((at, column) => {
      coded[at] = scales[posterior.tensorOf[at]!]! * table.values[choices[block]! * table.width + column]!;
    });
    for (let step = 0; step < settle; step++) {
      signal?.throwIfAborted();
      const now = computeRate(block * settle + step, schedule);
      takeStep(learner, await nextBatch(learner, data, streams), { loss, rate: now, beta });
      updateBetas(betas, sumByBlock(blocks, computeKl(posterior)), { budget, growth: GROWTH });
    }
    if ((block + 1) % BLOCKS_BETWEEN_NOTES !== 0) continue;
    const coding = { held: cutBlocks, blocks: block + 1, choices, draws };
    await progress?.keep({ learner: saveLearner(learner), coding } satisfies MiracleState);
    onProgress?.({ kind: "note", text: `miracle: coded ${block + 1} of ${lists.length} blocks` });
  }
  const members = hashing.tensors.map(({ count, group }, at) => ({ count, group, scale: scales[at]! }));
  return { seed, bits, choices, ...(cut === "kl" ? { sizes: blocks.sizes } : {}), members };
}

/** Blocks of the budget out of what was held as one. */
function cutHeld(
  posterior: Posterior,
  { betas, klNats }: HeldBlocks,
  { budget, seed }: { budget: number; seed: number },
): HeldBlocks {
  const blocks = cutByKl(computeKl(posterior), { budget, limit: 2 ** SIZE_BITS, seed });
  return { blocks, betas: new Float64Array(blocks.sizes.length).fill(betas[0]!), klNats };
}

function codeBlock(
  { means, logDeviations, logScales, tensorOf }: Posterior,
  values: Uint32Array,
  table: CandidateTable,
  uniform: () => number,
): number {
  const block = {
    means: Float64Array.from(values, (at) => means[at]!),
    deviations: Float64Array.from(values, (at) => Math.exp(logDeviations[at]!)),
    scales: Float64Array.from(values, (at) => Math.exp(logScales[tensorOf[at]!]!)),
  };
  return chooseCandidate(table, block, uniform);
}
