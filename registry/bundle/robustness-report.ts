/** The figures of a version's robustness, from its cases: under each change against the radiographs as they are. */
import {
  countConfusion,
  type Estimate,
  type McnemarTest,
  mcnemar,
  wilsonInterval,
} from "@radlite/model/statistics";
import { type Robustness, unpackFloats } from "./robustness.ts";

export interface Rates {
  accuracy: Estimate;
  sensitivity: Estimate;
  specificity: Estimate;
}

export interface ChangeReport extends Rates {
  change: string;
  /** Radiographs that were read after the change; the rates and the pairs are over these. */
  n: number;
  /** That were refused, for being blank or nearly so. */
  refused: number;
  /** Verdicts that turned, by what they were and became. */
  toPneumonia: number;
  toNormal: number;
  /** Against the same radiographs as they are, which are `first`. */
  paired: McnemarTest;
}

export interface RobustnessReport {
  artifact: string;
  threshold: number;
  /** Digest of the sorted image hashes. */
  images: string;
  n: number;
  untouched: Rates;
  changes: ChangeReport[];
}

export function reportRobustness({
  artifact,
  threshold,
  images,
  cases,
  changes,
}: Robustness): RobustnessReport {
  const labels = cases.map(({ label }) => (label === "PNEUMONIA" ? 1 : 0));
  const before = cases.map(({ probability }) => probability);
  const level = Math.fround(threshold);
  const isRight = (probability: number, label: number) => probability >= level === (label === 1);
  return {
    ...{ artifact, threshold, images, n: cases.length },
    untouched: rate(before, labels, level),
    changes: changes.map(({ name, probabilities }) => {
      const after = unpackFloats(probabilities);
      const read = after.flatMap((value, at) => (Number.isNaN(value) ? [] : [at]));
      const pick = (values: readonly number[]) => read.map((at) => values[at]!);
      const [own, same, known] = [pick(after), pick(before), pick(labels)];
      const turned = (isSo: (was: boolean, is: boolean) => boolean) =>
        own.filter((value, at) => isSo(same[at]! >= level, value >= level)).length;
      return {
        change: name,
        n: read.length,
        refused: cases.length - read.length,
        ...rate(own, known, level),
        toPneumonia: turned((was, is) => !was && is),
        toNormal: turned((was, is) => was && !is),
        paired: mcnemar(
          same.map((value, at) => isRight(value, known[at]!)),
          own.map((value, at) => isRight(value, known[at]!)),
        ),
      };
    }),
  };
}

/** Wilson's intervals; a class of which nothing was read has none to give and is refused above. */
function rate(probabilities: readonly number[], labels: readonly number[], threshold: number): Rates {
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = countConfusion(
    probabilities,
    labels,
    threshold,
  );
  return {
    accuracy: wilsonInterval(truePositives + trueNegatives, labels.length),
    sensitivity: wilsonInterval(truePositives, truePositives + falseNegatives),
    specificity: wilsonInterval(trueNegatives, trueNegatives + falsePositives),
  };
}
