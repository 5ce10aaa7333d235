/**
 * The rank of a noisy matrix by empirical variational Bayes, in closed form but for the noise's variance. From a
 * matrix [L, M], L <= M, with singular values g_h, a = L / M and x_h = g_h^2 / (M v) at noise variance v, a
 * component is kept where x_h > x0 = (1 + t0) (1 + a / t0); t0 is the zero of F(t) + F(t / a) with
 * F(z) = ln(1 + z) / z - 1/2. v minimises the free energy, up to constants
 *   sum_h x_h - ln x_h + [x_h > x0] (ln(t_h + 1) + a ln(t_h / a + 1) - t_h),
 *   t_h = (x_h - (1 + a) + sqrt((x_h - (1 + a))^2 - 4 a)) / 2.
 * Nakajima, Sugiyama, Babacan & Tomioka, "Global Analytic Solution of Fully-observed Variational Bayesian Matrix
 * Factorization", JMLR 14, 2013; for the ranks of convolutions Kim et al., ICLR 2016.
 */

/** Share of the largest singular value's square below which a component counts as rounding, not as noise. */
const ROUNDING = 1e-14;
/** Variances tried between the bounds, evenly in their logarithm, before the best is refined. */
const TRIED = 400;

/**
 * How many components stand out of the noise, 0 where none does.
 * @param energies squared singular values, one for each of the matrix's shorter side, in any order
 * @param longer side of the matrix
 */
export function estimateRank(energies: Float64Array, longer: number): number {
  const descending = energies.toSorted().reverse();
  const floor = descending[0]! * ROUNDING;
  if (descending[0] === 0) return 0;
  const safe = descending.map((energy) => Math.max(energy, floor));
  const ratio = safe.length / longer;
  const threshold = findThreshold(ratio);
  const variance = estimateVariance(safe, longer, ratio, threshold);
  return safe.filter((energy) => energy > longer * variance * threshold).length;
}

/** x0. F falls from 1/2 to -1/2, so the sum has one zero, between those of its terms. */
function findThreshold(ratio: number): number {
  const fall = (z: number) => Math.log1p(z) / z - 0.5;
  const zero = findZero(fall, 1, 4);
  const t0 = ratio === 1 ? zero : findZero((t) => fall(t) + fall(t / ratio), ratio * zero, zero);
  return (1 + t0) * (1 + ratio / t0);
}

/** Between a variance that all but the possible components explain and that of the matrix as noise alone. */
function estimateVariance(energies: Float64Array, longer: number, ratio: number, threshold: number): number {
  const count = energies.length;
  const possible = Math.min(Math.ceil(count / (1 + ratio)) - 1, count - 1);
  const sum = (from: number) => energies.subarray(from).reduce((total, energy) => total + energy, 0);
  const highest = sum(0) / (count * longer);
  const lowest = Math.max(
    energies[possible]! / (longer * threshold),
    sum(possible) / (longer * (count - possible)),
  );
  const measure = (logVariance: number) => {
    const scale = longer * Math.exp(logVariance);
    return energies.reduce((total, energy) => total + addTerm(energy / scale, ratio, threshold), 0);
  };
  return Math.exp(minimise(measure, Math.log(Math.min(lowest, highest)), Math.log(highest)));
}

/** One component's part of the free energy. */
function addTerm(x: number, ratio: number, threshold: number): number {
  const noise = x - Math.log(x);
  if (x <= threshold) return noise;
  const excess = x - (1 + ratio);
  const t = (excess + Math.sqrt(excess ** 2 - 4 * ratio)) / 2;
  return noise + Math.log1p(t) + ratio * Math.log1p(t / ratio) - t;
}

/** The least of an even grid, refined between its neighbours: the free energy has several valleys. */
function minimise(measure: (at: number) => number, low: number, high: number): number {
  const step = (high - low) / TRIED;
  let best = low;
  for (let at = 1; at <= TRIED; at++) {
    if (measure(low + at * step) < measure(best)) best = low + at * step;
  }
  let [left, right] = [Math.max(low, best - step), Math.min(high, best + step)];
  for (let halving = 0; halving < 50; halving++) {
    const [a, b] = [left + (right - left) / 3, right - (right - left) / 3];
    if (measure(a) < measure(b)) right = b;
    else left = a;
  }
  return (left + right) / 2;
}

/** The zero of a falling function, by bisection. */
function findZero(fall: (at: number) => number, low: number, high: number): number {
  let [left, right] = [low, high];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (left + right) / 2;
    if (fall(middle) > 0) left = middle;
    else right = middle;
  }
  return (left + right) / 2;
}
