/**
 * Minimal random coding of one block: of K = 2^bits candidates z_k, drawn from the standard normal prior, one is
 * chosen with a probability in proportion to posterior over prior, so that it is nearly a draw of the posterior:
 *   l_k = sum_i [ -(z_ki s_i - mu_i)^2 / (2 sigma_i^2) + z_ki^2 / 2 ],  k = argmax(l_k + Gumbel noise)
 * The half before z^2 is the prior's own log density; without it the choice is of a narrower distribution than
 * the posterior and lies 1.8 to 1.95 of its variances away instead of 1.2.
 * Havasi, Peharz & Hernandez-Lobato, "Minimal Random Code Learning", ICLR 2019, algorithm 1.
 */
import { drawCandidates } from "@radlite/model/format";

/** The candidates' first entries, as the decoder draws them. */
export interface CandidateTable {
  bits: number;
  width: number;
  values: Float64Array; // [2^bits, width]
}

/** Normal distributions of a block's values, one array entry each. */
export interface BlockPosterior {
  means: Float64Array;
  deviations: Float64Array;
  /** Scales of the prior. */
  scales: Float64Array;
}

export function drawTable(seed: number, bits: number, width: number): CandidateTable {
  const values = new Float64Array(2 ** bits * width);
  for (let row = 0; row < 2 ** bits; row++) {
    const candidate = drawCandidates(seed, row);
    for (let column = 0; column < width; column++) values[row * width + column] = candidate(column);
  }
  return { bits, width, values };
}

/** The number of the chosen candidate. `uniform` gives numbers in [0, 1); the block has at most `width` values. */
export function chooseCandidate(
  table: CandidateTable,
  posterior: BlockPosterior,
  uniform: () => number,
): number {
  const { square, linear } = expandWeights(posterior);
  let [best, highest] = [0, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < 2 ** table.bits; row++) {
    let weight = drawGumbel(uniform());
    const start = row * table.width;
    for (let i = 0; i < square.length; i++) {
      const z = table.values[start + i]!;
      weight += (square[i]! * z + linear[i]!) * z;
    }
    if (weight > highest) [best, highest] = [row, weight];
  }
  return best;
}

/** l_k as a polynomial in z, up to a constant: z^2 (1 - s^2 / sigma^2) / 2 + z s mu / sigma^2. */
function expandWeights({ means, deviations, scales }: BlockPosterior): {
  square: Float64Array;
  linear: Float64Array;
} {
  return {
    square: deviations.map((deviation, i) => (1 - (scales[i]! / deviation) ** 2) / 2),
    linear: deviations.map((deviation, i) => (scales[i]! * means[i]!) / deviation ** 2),
  };
}

/** From a uniform number; kept off 0 and 1, where it has no value. */
function drawGumbel(uniform: number): number {
  return -Math.log(-Math.log(uniform + 2 ** -34));
}
