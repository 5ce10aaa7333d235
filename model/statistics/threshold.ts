/**
 * Threshold rules: from which probability on a radiograph is called PNEUMONIA. A rule belongs to the recipe,
 * the number it yields on validation to the sealed artifact; a case at the threshold itself is PNEUMONIA.
 * Thresholds are float32 values, as sealed, so that the choice holds for exactly the comparison made later.
 */

import { RadliteError } from "@radlite/model/errors";
import type { ThresholdRule } from "@radlite/model/format";
import { countProbabilityClasses } from "./cases.ts";

/**
 * The threshold that a rule chooses on a labelled sample:
 * `half`: 0.5 whatever the sample · `youden`: the middle of the gap between two scores that maximises
 * sensitivity + specificity - 1, the lowest of equals (fewer missed) · `sensitivity`: the highest that still
 * calls at least `target` of the PNEUMONIA cases.
 * @param probabilities of PNEUMONIA, in [0, 1].
 * @throws BAD_INPUT that names a class without a case, or a target outside (0, 1].
 * @see Youden 1950, Cancer 3, 32-35.
 */
export function chooseThreshold(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  rule: ThresholdRule,
): number {
  const { positives, negatives } = countProbabilityClasses(probabilities, labels);
  switch (rule.kind) {
    case "half":
      return 0.5;
    case "youden":
      return youdenThreshold(probabilities, labels, positives, negatives);
    case "sensitivity":
      return sensitivityThreshold(probabilities, labels, positives, rule.target);
    default:
      throw new RadliteError("BAD_INPUT", `unknown threshold rule ${JSON.stringify(rule satisfies never)}`);
  }
}

function youdenThreshold(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  positives: number,
  negatives: number,
): number {
  const order = Uint32Array.from({ length: labels.length }, (_, i) => i).sort(
    (a, b) => probabilities[a]! - probabilities[b]!,
  );
  let best = { index: 0, threshold: 0 }; // 0 calls every case PNEUMONIA
  let missed = 0; // PNEUMONIA cases below the candidate
  let spared = 0; // NORMAL cases below the candidate
  let below = 0;
  for (let k = 1; k < order.length; k++) {
    const threshold = Math.fround((probabilities[order[k - 1]!]! + probabilities[order[k]!]!) / 2);
    while (below < order.length && probabilities[order[below]!]! < threshold) {
      if (labels[order[below++]!] === 1) missed++;
      else spared++;
    }
    const index = spared / negatives - missed / positives; // sensitivity + specificity - 1
    if (index > best.index) best = { index, threshold };
  }
  return best.threshold;
}

function sensitivityThreshold(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  positives: number,
  target: number,
): number {
  if (!(target > 0 && target <= 1)) {
    throw new RadliteError("BAD_INPUT", `a target sensitivity lies above 0 and up to 1, got ${target}`);
  }
  const scores = new Float64Array(positives);
  for (let i = 0, p = 0; i < labels.length; i++) if (labels[i] === 1) scores[p++] = probabilities[i]!;
  scores.sort();
  let called = Math.max(1, Math.floor(target * positives)); // cases at or above the threshold
  while (called / positives < target) called++;
  return floorFloat32(scores[positives - called]!);
}

/** The largest float32 at or below a number in [0, 1]. */
function floorFloat32(value: number): number {
  const bits = new Int32Array(1);
  const single = new Float32Array(bits.buffer);
  single[0] = value;
  if (single[0] > value) bits[0]!--; // the next float32 towards 0
  return single[0];
}
