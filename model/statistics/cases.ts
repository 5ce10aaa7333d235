/**
 * The sample that every statistic here takes: one number and one label a case, label 1 = PNEUMONIA and
 * 0 = NORMAL. What a statistic cannot be computed from is refused here, by name, instead of becoming a NaN.
 */
import { RadliteError } from "@radlite/model/errors";

const CLASS_NAMES = ["NORMAL", "PNEUMONIA"] as const;

export interface ClassCounts {
  negatives: number;
  positives: number;
}

/**
 * Checks that values and labels pair up and that both classes occur, and counts the classes.
 * @param values finite numbers, one a case; what they are (`quantity`) appears in the error message.
 * @throws BAD_INPUT for lengths that differ, a value that is not finite, another label, or a class without a case.
 */
export function countClasses(
  values: ArrayLike<number>,
  labels: ArrayLike<number>,
  quantity: string,
): ClassCounts {
  if (values.length !== labels.length) {
    throw new RadliteError(
      "BAD_INPUT",
      `expected one label for each ${quantity}, got ${labels.length} labels for ${values.length}`,
    );
  }
  const counts: [number, number] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label !== 0 && label !== 1) {
      throw new RadliteError(
        "BAD_INPUT",
        `label of case ${i} is ${label}, expected 0 (NORMAL) or 1 (PNEUMONIA)`,
      );
    }
    if (!Number.isFinite(values[i])) {
      throw new RadliteError(
        "BAD_INPUT",
        `${quantity} of case ${i} is ${values[i]}, expected a finite number`,
      );
    }
    counts[label]++;
  }
  for (const label of [0, 1] as const) {
    if (counts[label] === 0) {
      throw new RadliteError(
        "BAD_INPUT",
        `no ${CLASS_NAMES[label]} case among ${labels.length}: both classes are needed, add at least one`,
      );
    }
  }
  return { negatives: counts[0], positives: counts[1] };
}

/** As `countClasses`, for probabilities: each must also lie in [0, 1]. */
export function countProbabilityClasses(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
): ClassCounts {
  const counts = countClasses(probabilities, labels, "probability");
  for (let i = 0; i < probabilities.length; i++) {
    const probability = probabilities[i]!;
    if (probability < 0 || probability > 1) {
      throw new RadliteError("BAD_INPUT", `probability of case ${i} is ${probability}, expected 0 to 1`);
    }
  }
  return counts;
}
