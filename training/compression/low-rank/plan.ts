/**
 * Whether a layer is factored, and to which ranks. Given ranks are taken as they are; a rule is tried on each
 * set of modes that the layer may be cut in, and the set with the fewest multiply-accumulates wins, a mode more
 * being no gain in itself. No layer is factored that would not need both fewer weights and fewer
 * multiply-accumulates than it does whole.
 */

import { RadliteError } from "@radlite/model/errors";
import type { RankRule } from "../../recipes/index.ts";
import { decomposeMode, type ModeSpectrum, type Ranks } from "./hosvd.ts";
import { countChannels, type Mode } from "./kernel.ts";
import { type Cost, countCost, type FactorableLayer, highestRank, modesOf } from "./layer.ts";
import { chooseRank } from "./rank.ts";

export interface Plan {
  ranks: Ranks; // of the modes that are cut; none where the rule cuts none
  cost: Cost;
  /** What the layer costs whole. */
  whole: Cost;
  saves: boolean;
}

export function planByRule(layer: FactorableLayer, rule: RankRule): Plan {
  const modes = modesOf(layer.kind);
  const spectra = new Map(modes.map((mode) => [mode, decomposeMode(layer.kernel, mode)]));
  const sets = modes.length === 1 ? [modes] : [...modes.map((mode) => [mode]), modes];
  const plans = sets.map((set) => describePlan(layer, cutModes(layer, set, spectra, rule)));
  return plans.reduce((best, plan) => (compare(plan, best) < 0 ? plan : best));
}

/** `given`: one rank, or for a spatial layer those of input and output. Errors: BAD_INPUT. */
export function planByRanks(layer: FactorableLayer, given: readonly number[]): Plan {
  const modes = modesOf(layer.kind);
  const limits = modes.map((mode) => `1 to ${highestRank(layer, mode)} for its ${mode}s`).join(" and ");
  const fits = given.every((rank, at) => {
    const mode = modes[at];
    return mode && Number.isInteger(rank) && rank >= 1 && rank <= highestRank(layer, mode);
  });
  if (given.length !== modes.length || !fits) {
    throw new RadliteError(
      "BAD_INPUT",
      `factor: layer ${layer.layer} cannot have the ranks [${given.join(", ")}]; allowed: ${limits}.`,
    );
  }
  return describePlan(
    layer,
    dropWhole(layer, Object.fromEntries(modes.map((mode, at) => [mode, given[at]]))),
  );
}

function cutModes(
  layer: FactorableLayer,
  modes: readonly Mode[],
  spectra: ReadonlyMap<Mode, ModeSpectrum>,
  rule: RankRule,
): Ranks {
  const ranks: Ranks = {};
  for (const mode of modes) {
    const shorter = highestRank(layer, mode);
    const longer = layer.kernel.values.length / shorter;
    const { energies } = spectra.get(mode)!;
    ranks[mode] = chooseRank(energies.subarray(0, shorter), longer, rule, modes.length);
  }
  return dropWhole(layer, ranks);
}

/** A mode of full rank stays whole in a spatial layer: its basis would change nothing but cost. */
function dropWhole(layer: FactorableLayer, ranks: Ranks): Ranks {
  const kept = Object.entries(ranks) as [Mode, number][];
  return Object.fromEntries(kept.filter(([mode, rank]) => rank < countChannels(layer.kernel, mode)));
}

function describePlan(layer: FactorableLayer, ranks: Ranks): Plan {
  const [cost, whole] = [countCost(layer, ranks), countCost(layer, {})];
  return { ranks, cost, whole, saves: cost.weights < whole.weights && cost.macs < whole.macs };
}

/** Below zero where `a` is the better plan. */
function compare(a: Plan, b: Plan): number {
  return Number(b.saves) - Number(a.saves) || a.cost.macs - b.cost.macs;
}
