/**
 * Thresholds under which a budget of the training's own patients is turned away. Both scores get the same share of
 * it, so that neither is preferred, and the pictures that either turns away are at most the budget.
 */
import { RadliteError } from "@radlite/model/errors";
import type { GateScores } from "@radlite/model/verdict/gate";

/**
 * The lowest thresholds, equal in rank, above which lie at most `budget` of the pictures (a share, of at least one picture).
 * A larger budget never gives a higher one.
 * @throws BAD_INPUT where there are too few pictures for it.
 */
export function findThresholds(scores: readonly GateScores[], budget: number): GateScores {
  requireEnough(scores.length, budget);
  const most = Math.floor(budget * scores.length);
  const descending = (name: keyof GateScores) =>
    Float64Array.from(scores, (score) => score[name])
      .sort()
      .reverse();
  const [contents, novelties] = [descending("content"), descending("novelty")];
  for (let rank = most; ; rank--) {
    const limits = { content: contents[rank]!, novelty: novelties[rank]! };
    const above = scores.filter(
      ({ content, novelty }) => content > limits.content || novelty > limits.novelty,
    ).length;
    if (above <= most) return limits; // none at the latest where rank is 0
  }
}

/** @throws BAD_INPUT where a budget of so many radiographs is none. */
export function requireEnough(radiographs: number, budget: number): void {
  if (Math.floor(budget * radiographs) >= 1) return;
  throw new RadliteError(
    "BAD_INPUT",
    `the gate's thresholds come from ${radiographs} radiographs; expected at least ${Math.ceil(1 / budget)}`,
  );
}

/** The highest threshold below which lie at most `budget` of the scores. */
export function findLowerThreshold(scores: readonly number[], budget: number): number {
  return Float64Array.from(scores).sort()[Math.floor(budget * scores.length)]!;
}
