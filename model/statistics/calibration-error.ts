/**
 * Expected calibration error: how far "90% PNEUMONIA" is from being right nine times in ten, averaged over
 * the cases. Measured on the probability of PNEUMONIA itself, so that both ends of the scale count.
 */
import { countProbabilityClasses } from "./cases.ts";

/** Equal-width bins over [0, 1], as in Guo et al. 2017. */
const BINS = 15;

/** Cases whose probabilities lie near each other: what a reliability diagram shows. */
export interface CalibrationBin {
  low: number;
  high: number; // itself part of the next bin, but 1 of the last
  n: number;
  meanProbability: number; // 0 where there is no case
  share: number; // of PNEUMONIA; 0 where there is no case
}

interface BinSums {
  counts: Float64Array;
  probabilities: Float64Array;
  positives: Float64Array;
}

/**
 * @param probabilities of PNEUMONIA, in [0, 1]; a case on a border belongs to the bin above, 1 to the last.
 * @throws BAD_INPUT that names a class without a case, or a probability outside [0, 1].
 */
export function binProbabilities(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
): CalibrationBin[] {
  const sums = sumBins(probabilities, labels);
  return Array.from(sums.counts, (n, bin) => ({
    low: bin / BINS,
    high: (bin + 1) / BINS,
    n,
    meanProbability: n === 0 ? 0 : sums.probabilities[bin]! / n,
    share: n === 0 ? 0 : sums.positives[bin]! / n,
  }));
}

/**
 * Sum over bins of (cases in the bin / cases)·|mean probability - share of PNEUMONIA|: 0 is perfect, 1 the worst.
 * Arguments and errors as for `binProbabilities`.
 * @see Naeini et al. 2015, AAAI; Guo et al. 2017, ICML.
 */
export function calibrationError(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  const sums = sumBins(probabilities, labels);
  const gaps = sums.probabilities.map((sum, bin) => Math.abs(sum - sums.positives[bin]!));
  return gaps.reduce((sum, gap) => sum + gap, 0) / labels.length;
}

function sumBins(probabilities: ArrayLike<number>, labels: ArrayLike<number>): BinSums {
  countProbabilityClasses(probabilities, labels);
  const counts = new Float64Array(BINS);
  const sums = new Float64Array(BINS);
  const positives = new Float64Array(BINS);
  for (let i = 0; i < labels.length; i++) {
    const bin = binOf(probabilities[i]!);
    counts[bin]!++;
    sums[bin]! += probabilities[i]!;
    positives[bin]! += labels[i]!;
  }
  return { counts, probabilities: sums, positives };
}

/** The probabilities of each bin. */
export function groupByBin(probabilities: ArrayLike<number>): number[][] {
  const bins = Array.from({ length: BINS }, (): number[] => []);
  for (let i = 0; i < probabilities.length; i++) bins[binOf(probabilities[i]!)]!.push(probabilities[i]!);
  return bins;
}

const binOf = (probability: number): number => Math.min(BINS - 1, Math.floor(probability * BINS));
