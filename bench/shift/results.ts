/**
 * Trials -> figures: each on its own, the mean logit of several, and the thresholds that rules would have chosen
 * on ordinary validation.
 */
import { aucDeLong, chooseThreshold, countConfusion, sigmoid } from "@radlite/model/statistics";
import type { Stressed } from "./stress.ts";
import type { Scored, Split, Trial } from "./trial.ts";

export interface Figures {
  auc: number;
  accuracy: number;
  sensitivity: number;
  specificity: number;
}

export interface Result {
  variant: string;
  /** How the threshold was found: `half` where nothing is said. */
  rule?: string;
  split: Split;
  seed: number;
  /** Ordinary validation at a probability of one half, and what was set aside at the rule's threshold. */
  inner: Figures;
  judged: Figures;
  /** AUC of the NORMAL that were set aside against the PNEUMONIA of ordinary validation: normals shift alone. */
  normals: number;
  /** Specificity and sensitivity on ordinary validation, changed. */
  stressed?: Stressed;
}

export interface ModelResult {
  model: string;
  sizeBytes: number;
  stressed: Stressed;
}

export interface Study {
  trials: Result[];
  models: ModelResult[];
}

export function summariseTrial({ variant, split, seed, inner, judged, stressed }: Trial): Result {
  const changed = Object.entries(stressed).map(([stress, scored]) => {
    const { specificity, sensitivity } = measure(scored, 0.5);
    return [stress, [specificity, sensitivity]];
  });
  const figures = measureBoth(inner, judged, 0.5);
  return { variant, split, seed, ...figures, stressed: Object.fromEntries(changed) };
}

/** What is had from trials together, without another training. */
export function combineTrials(trials: readonly Trial[]): Result[] {
  return [...trials.flatMap(applyRules), ...combineSeeds(trials), ...combineSizes(trials)];
}

function applyRules(trial: Trial): Result[] {
  const { variant, split, seed, inner, judged } = trial;
  if (variant === "class weights none") {
    const prior = inner.labels.filter((label) => label === 1).length / inner.labels.length;
    return [{ variant, rule: "half, prior corrected", split, seed, ...measureBoth(inner, judged, prior) }];
  }
  if (variant !== "base") return [];
  const rules = [
    { kind: "youden" },
    { kind: "sensitivity", target: 0.95 },
    { kind: "sensitivity", target: 0.98 },
  ] as const;
  return rules.map((rule) => {
    const threshold = chooseThreshold(toProbabilities(inner), inner.labels, rule);
    const name = rule.kind === "sensitivity" ? `sensitivity:${rule.target}` : rule.kind;
    return { variant, rule: name, split, seed, ...measureBoth(inner, judged, threshold) };
  });
}

function combineSeeds(trials: readonly Trial[]): Result[] {
  return listSplits(trials).flatMap((split) => {
    const own = trials.filter((trial) => trial.variant === "base" && trial.split === split);
    return own.length > 1 ? [average(`base, mean logit of ${own.length} seeds`, own)] : [];
  });
}

function combineSizes(trials: readonly Trial[]): Result[] {
  const names = ["base", "64 pixels", "96 pixels"];
  return listSplits(trials).flatMap((split) => {
    const own = trials.filter(
      (trial) => trial.seed === 1 && trial.split === split && names.includes(trial.variant),
    );
    return own.length === names.length ? [average("mean logit of 32, 64 and 96 pixels", own)] : [];
  });
}

function listSplits(trials: readonly Trial[]): Split[] {
  return [...new Set(trials.map(({ split }) => split))];
}

/** The average of trials on the same split. */
function average(variant: string, trials: readonly Trial[]): Result {
  const mean = (part: "inner" | "judged"): Scored => {
    const [first] = trials;
    const logits = first![part].logits.map(
      (_, at) => trials.reduce((sum, trial) => sum + trial[part].logits[at]!, 0) / trials.length,
    );
    return { ...first![part], logits };
  };
  const { split } = trials[0]!;
  return { variant, split, seed: 0, ...measureBoth(mean("inner"), mean("judged"), 0.5) };
}

/** `threshold` holds for what was set aside. */
function measureBoth(
  inner: Scored,
  judged: Scored,
  threshold: number,
): Omit<Result, "variant" | "split" | "seed"> {
  const pick = ({ labels, logits }: Scored, label: number) => logits.filter((_, at) => labels[at] === label);
  const [negatives, positives] = [pick(judged, 0), pick(inner, 1)];
  const labels = [...negatives.map(() => 0), ...positives.map(() => 1)];
  return {
    inner: measure(inner, 0.5),
    judged: measure(judged, threshold),
    normals: round(aucDeLong([...negatives, ...positives], labels).value),
  };
}

function measure(scored: Scored, threshold: number): Figures {
  const probabilities = toProbabilities(scored);
  const { truePositives, trueNegatives, falsePositives, falseNegatives } = countConfusion(
    probabilities,
    scored.labels,
    threshold,
  );
  return {
    auc: round(aucDeLong(scored.logits, scored.labels).value),
    accuracy: round((truePositives + trueNegatives) / scored.labels.length),
    sensitivity: round(truePositives / (truePositives + falseNegatives)),
    specificity: round(trueNegatives / (trueNegatives + falsePositives)),
  };
}

function toProbabilities({ logits }: Scored): number[] {
  return logits.map(sigmoid);
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
