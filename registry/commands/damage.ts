/**
 * What compression did to a network's answers, case by case: which verdicts flipped and whom they hit, whether the
 * two differ in accuracy beyond chance, how probabilities moved, and what became of calibration. The parent is the
 * first of each pair, the child the second.
 */
import {
  binProbabilities,
  type CalibrationBin,
  countHistogram,
  type Histogram,
  type McnemarTest,
  type Metrics,
  mcnemar,
  summariseScores,
} from "@radlite/model/statistics";
import type { Evaluation, Label } from "@radlite/registry/bundle";
import { type PairedCase, pairCases } from "./comparison.ts";

export interface DamageOptions {
  /** The group that a case belongs to; left out: its label, with the subgroup where it has one. */
  groupOf?: (one: Pick<PairedCase, "sha256" | "label" | "subgroup">) => string;
}

export interface Damage {
  set: string;
  /** Digest of the images. */
  images: string;
  n: number;
  parent: JudgedSide;
  child: JudgedSide;
  /** Cases that the one alone got right: `onlyFirst` the parent, `onlySecond` the child. */
  accuracyTest: McnemarTest;
  /** Largest shift first. */
  flips: Flip[];
  /** By name. */
  groups: GroupDamage[];
  shift: ProbabilityShift;
  cases: PairedCase[];
}

export interface JudgedSide {
  artifact: string;
  threshold: number;
  temperature: number;
  metrics: Metrics;
  /** What a reliability diagram shows. */
  bins: CalibrationBin[];
}

/** A case that one of the two got wrong. */
export interface Flip extends Pick<PairedCase, "sha256" | "label" | "subgroup" | "change"> {
  group: string;
  became: "right" | "wrong";
  /** Probability of PNEUMONIA. */
  before: number;
  after: number;
}

export interface GroupDamage {
  group: string;
  n: number;
  rightBefore: number;
  rightAfter: number;
  becameRight: number;
  becameWrong: number;
  /** McNemar's exact test, two-sided. */
  pValue: number;
  /** Mean change of the probability of PNEUMONIA. */
  meanShift: number;
}

/** Changes of the probability of PNEUMONIA, child less parent. */
export interface ProbabilityShift {
  mean: number;
  meanAbsolute: number;
  largest: number; // absolute
  histograms: Record<Label, Histogram>;
}

const nameGroup = ({ label, subgroup }: Pick<PairedCase, "label" | "subgroup">): string =>
  subgroup === undefined ? label : `${label}, ${subgroup}`;

const SHIFT_BINS = 41; // an odd number: no change is the middle of one

/** @throws BAD_INPUT when the two saw other images. */
export function measureDamage(
  child: Evaluation,
  parent: Evaluation,
  { groupOf = nameGroup }: DamageOptions = {},
): Damage {
  const cases = pairCases(parent, child);
  const grouped = cases.map((one) => ({ ...one, group: groupOf(one) }));
  const names = [...new Set(grouped.map(({ group }) => group))].sort();
  return {
    set: child.set,
    images: child.images,
    n: cases.length,
    parent: judgeSide(parent),
    child: judgeSide(child),
    accuracyTest: testAccuracy(cases),
    flips: grouped
      .filter(({ first, second }) => first.isRight !== second.isRight)
      .map(({ first, second, ...image }): Flip => {
        const became = second.isRight ? "right" : "wrong";
        return { ...image, became, before: first.probability, after: second.probability };
      })
      .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before)),
    groups: names.map((name) =>
      describeGroup(
        name,
        grouped.filter(({ group }) => group === name),
      ),
    ),
    shift: describeShift(cases),
    cases,
  };
}

function judgeSide({ artifact, threshold, temperature, cases }: Evaluation): JudgedSide {
  const probabilities = cases.map(({ probability }) => probability);
  const labels = cases.map(({ label }) => (label === "PNEUMONIA" ? 1 : 0));
  const metrics = summariseScores(probabilities, labels, Math.fround(threshold));
  return { artifact, threshold, temperature, metrics, bins: binProbabilities(probabilities, labels) };
}

function testAccuracy(cases: readonly PairedCase[]): McnemarTest {
  return mcnemar(
    cases.map(({ first }) => first.isRight),
    cases.map(({ second }) => second.isRight),
  );
}

function describeGroup(group: string, cases: readonly PairedCase[]): GroupDamage {
  const count = (holds: (one: PairedCase) => boolean) => cases.filter(holds).length;
  const { onlyFirst, onlySecond, pValue } = testAccuracy(cases);
  return {
    group,
    n: cases.length,
    becameRight: onlySecond,
    becameWrong: onlyFirst,
    pValue,
    rightBefore: count(({ first }) => first.isRight),
    rightAfter: count(({ second }) => second.isRight),
    meanShift: average(listShifts(cases)),
  };
}

function describeShift(cases: readonly PairedCase[]): ProbabilityShift {
  const shifts = listShifts(cases);
  const sizes = shifts.map(Math.abs);
  const count = (label: Label) =>
    countHistogram(listShifts(cases.filter((one) => one.label === label)), {
      low: -1,
      high: 1,
      bins: SHIFT_BINS,
    });
  return {
    mean: average(shifts),
    meanAbsolute: average(sizes),
    largest: Math.max(...sizes),
    histograms: { NORMAL: count("NORMAL"), PNEUMONIA: count("PNEUMONIA") },
  };
}

function listShifts(cases: readonly PairedCase[]): number[] {
  return cases.map(({ first, second }) => second.probability - first.probability);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
