/**
 * How a rank follows from a spectrum. `energy:0.9` keeps the smallest rank that holds 90% of the squared
 * weights, so that what is left out is at most sqrt(1 - 0.9) of the norm; where a layer is cut in several modes
 * they share that allowance evenly, since the squares of what they leave out add up at most (hosvd.ts). `vbmf`
 * keeps what stands out of noise (vbmf.ts), and one where nothing does.
 */
import type { RankRule } from "../../recipes/index.ts";
import { estimateRank } from "./vbmf.ts";

/**
 * From 1 to as many as there are energies.
 * @param energies squared singular values, descending, one for each of the unfolding's shorter side
 * @param longer side of the unfolding
 * @param modes that the layer is cut in
 */
export function chooseRank(energies: Float64Array, longer: number, rule: RankRule, modes: number): number {
  if (rule.kind === "vbmf") return Math.max(estimateRank(energies, longer), 1);
  const total = energies.reduce((sum, energy) => sum + energy, 0);
  const allowance = ((1 - rule.share) / modes) * total;
  let rank = energies.length;
  for (let tail = energies[rank - 1]!; rank > 1 && tail <= allowance; tail += energies[rank - 1]!) rank--;
  return rank;
}
