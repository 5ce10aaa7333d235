/**
 * What an evaluation says at other thresholds than the sealed one, and of a part of its radiographs: computed from its
 * cases, each time that it is asked. Intervals are as wide as the radiographs allow: one changed in eleven ways is one.
 */
import { quote, RadliteError } from "@radlite/model/errors";
import type { Confusion } from "@radlite/model/format";
import { binProbabilities, countConfusion, type Estimate, estimateRepeated } from "@radlite/model/statistics";
import type { Evaluation, EvaluationCase } from "@radlite/registry/bundle";

export interface OperatingFigures {
  /** PNEUMONIA at or above it. */
  threshold: number;
  n: number;
  accuracy: Estimate;
  sensitivity: Estimate;
  specificity: Estimate;
  confusion: Confusion;
}

export interface RocPoint {
  threshold: number;
  sensitivity: number;
  specificity: number;
}

/** Cases of which about the same was said. */
export interface CalibrationPoint {
  low: number;
  high: number;
  n: number;
  /** Of their probabilities. */
  mean: number;
  /** The share of them that shows it. */
  pneumonia: Estimate;
}

/** Exactly one of them. */
export interface OperatingPointInput {
  sensitivity?: number;
  specificity?: number;
  threshold?: number;
}

export const ROC_POINTS = { usual: 100, most: 1_000 } as const;

/**
 * `sensitivity: x`: at the highest threshold that still calls at least x of the pneumonia cases; `specificity: x`: at
 * the lowest that still calls at least x of the normal ones NORMAL; `threshold`: at that one.
 * @throws BAD_INPUT for none or several of the three, and for what lies outside of 0 to 1.
 */
export function figuresAt(evaluation: Evaluation, input: OperatingPointInput): OperatingFigures {
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  const [[name, value] = ["", Number.NaN]] = given;
  if (given.length !== 1) {
    throw new RadliteError("BAD_INPUT", "at takes exactly one of sensitivity, specificity and threshold");
  }
  if (!(value >= 0 && value <= 1)) {
    throw new RadliteError("BAD_INPUT", `at: ${name} is ${value}, expected a number from 0 to 1`);
  }
  const { cases } = evaluation;
  if (name === "threshold") return figuresOf(evaluation, cases, value);
  const isSensitivity = name === "sensitivity";
  const scores = scoresOf(cases, isSensitivity ? "PNEUMONIA" : "NORMAL");
  const threshold = isSensitivity ? highestCalling(scores, value) : lowestSparing(scores, value);
  return figuresOf(evaluation, cases, threshold);
}

/**
 * The cases of one kind beside all of the other label, at the sealed threshold: of `bacteria` the pneumonias by bacteria
 * and every normal one. Undefined where no case is of that kind.
 */
export function figuresOfSubgroup(evaluation: Evaluation, name: string): OperatingFigures | undefined {
  const { cases, threshold } = evaluation;
  const own = cases.filter(({ subgroup }) => subgroup === name);
  const label = own[0]?.label;
  if (label === undefined) return undefined;
  const others = cases.filter((one) => one.label !== label);
  return figuresOf(
    evaluation,
    [...own.filter((one) => one.label === label), ...others],
    Math.fround(threshold),
  );
}

/**
 * The ROC curve from nothing called to everything called: all its corners, or `points` of them at equal steps with both
 * ends among them.
 * @throws BAD_INPUT for a number of points that is none.
 */
export function drawRoc({ cases }: Evaluation, points: number = ROC_POINTS.usual): RocPoint[] {
  if (!Number.isInteger(points) || points < 2 || points > ROC_POINTS.most) {
    throw new RadliteError(
      "BAD_INPUT",
      `roc: points is ${quote(String(points))}, expected 2 to ${ROC_POINTS.most}`,
    );
  }
  const corners = listCorners(cases);
  if (corners.length <= points) return corners;
  const step = (corners.length - 1) / (points - 1);
  return Array.from({ length: points }, (_, i) => corners[Math.round(i * step)]!);
}

/** The calibration curve: fifteenths of the scale, from 0 on, those in which there are cases. */
export function drawCalibration({ cases }: Evaluation): CalibrationPoint[] {
  const repeats = countRepeats(cases);
  const bins = binProbabilities(
    cases.map(({ probability }) => probability),
    cases.map(toNumber),
  );
  return bins
    .filter(({ n }) => n > 0)
    .map(({ low, high, n, meanProbability, share }) => ({
      ...{ low, high, n, mean: meanProbability },
      pneumonia: estimateRepeated(Math.round(share * n), n, repeats),
    }));
}

/** How often each radiograph is judged: once for every change of the set. */
const countRepeats = (cases: readonly EvaluationCase[]): number =>
  Math.max(1, new Set(cases.map(({ change }) => change)).size);

const toNumber = ({ label }: EvaluationCase): number => (label === "PNEUMONIA" ? 1 : 0);

function listCorners(cases: readonly EvaluationCase[]): RocPoint[] {
  const sorted = [...cases].sort((a, b) => b.probability - a.probability);
  const positives = cases.filter(({ label }) => label === "PNEUMONIA").length;
  const negatives = cases.length - positives;
  let [truePositives, falsePositives] = [0, 0];
  const corners: RocPoint[] = [
    { threshold: nextAbove(sorted[0]?.probability ?? 1), sensitivity: 0, specificity: 1 },
  ];
  for (const [i, { label, probability }] of sorted.entries()) {
    if (label === "PNEUMONIA") truePositives++;
    else falsePositives++;
    if (sorted[i + 1]?.probability === probability) continue;
    corners.push({
      threshold: probability,
      sensitivity: truePositives / positives,
      specificity: (negatives - falsePositives) / negatives,
    });
  }
  return corners;
}

function figuresOf(
  { cases: all }: Evaluation,
  cases: readonly EvaluationCase[],
  threshold: number,
): OperatingFigures {
  const confusion = countConfusion(
    cases.map(({ probability }) => probability),
    cases.map(toNumber),
    threshold,
  );
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = confusion;
  const repeats = countRepeats(all);
  const estimate = (right: number, of: number) => estimateRepeated(right, of, repeats);
  return {
    threshold,
    n: cases.length,
    accuracy: estimate(truePositives + trueNegatives, cases.length),
    sensitivity: estimate(truePositives, truePositives + falseNegatives),
    specificity: estimate(trueNegatives, trueNegatives + falsePositives),
    confusion,
  };
}

/** Ascending. */
function scoresOf(cases: readonly EvaluationCase[], label: EvaluationCase["label"]): Float64Array {
  return Float64Array.from(
    cases.filter((one) => one.label === label).map(({ probability }) => probability),
  ).sort();
}

/** Of no share at all: above every score. */
function highestCalling(scores: Float64Array, share: number): number {
  const called = leastCount(scores.length, share);
  return called === 0 ? nextAbove(1) : scores[scores.length - called]!;
}

/** Of no share at all: 0, at which everything is called. */
function lowestSparing(scores: Float64Array, share: number): number {
  const spared = leastCount(scores.length, share);
  return spared === 0 ? 0 : nextAbove(scores[spared - 1]!);
}

/** How many of n are at least that share of them, as the quotient of the two says. */
function leastCount(n: number, share: number): number {
  let count = Math.max(0, Math.floor(share * n) - 1);
  while (count / n < share) count++;
  return count;
}

/** The next double above a number in [0, 1]. */
function nextAbove(value: number): number {
  const bits = new BigInt64Array(1);
  const double = new Float64Array(bits.buffer);
  double[0] = value;
  bits[0]!++;
  return double[0];
}
