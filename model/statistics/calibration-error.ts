/**
 * Expected calibration error: how far "90% PNEUMONIA" is from being right nine times in ten, averaged over
 * the cases. Measured on the probability of PNEUMONIA itself, so that both ends of the scale count.
 */
import { countProbabilityClasses } from "./cases.ts";

/** Equal-width bins over [0, 1], as in Guo et al. 2017. */
const BINS = 15;

/**
 * Sum over bins of (cases in the bin / cases)·|mean probability - share of PNEUMONIA|: 0 is perfect, 1 the worst.
 * @param probabilities of PNEUMONIA, in [0, 1]; a case on a border belongs to the bin above, 1 to the last.
 * @throws BAD_INPUT that names a class without a case, or a probability outside [0, 1].
 * @see Naeini et al. 2015, AAAI; Guo et al. 2017, ICML.
 */
export function calibrationError(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  countProbabilityClasses(probabilities, labels);
  const gaps = new Float64Array(BINS); // per bin: sum of probability - label
  for (let i = 0; i < labels.length; i++) {
    const bin = Math.min(BINS - 1, Math.floor(probabilities[i]! * BINS));
    gaps[bin]! += probabilities[i]! - labels[i]!;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / labels.length;
}
