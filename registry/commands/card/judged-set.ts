/**
 * One evaluation as a card tells it: the radiographs by label and kind, figures of kinds and of changes, and how the
 * error falls where a network may leave the cases that it is least sure of to a person. Pure: cases in, figures out.
 */
import {
  aucDeLong,
  calibrationFloor,
  countConfusion,
  type Estimate,
  errorBySureness,
  type SurestError,
  wilsonInterval,
} from "@radlite/model/statistics";
import {
  type Evaluation,
  type EvaluationCase,
  type EvaluationSet,
  groupByChange,
} from "@radlite/registry/bundle";
import type { Damage } from "../damage.ts";
import type { VersionMetrics } from "../metrics.ts";

export interface JudgedSet {
  set: EvaluationSet;
  /** As the registry answers them everywhere. */
  metrics: VersionMetrics;
  /** Which engine ran the file. */
  engine: string;
  /** Radiographs, each once however often it was changed. */
  normal: number;
  pneumonia: number;
  /** By name; empty where nothing says the kind. */
  kinds: Kind[];
  /** ECE of perfectly calibrated cases as sure as these; absent for a set of changed radiographs. */
  eceFloor?: number;
  /** Empty for a set of changed radiographs: one that is hard is hard under every change. */
  answered: SurestError[];
  /** Empty for radiographs as they are. */
  changes: Change[];
  /** Against the parent, where both saw these images as they are. */
  damage?: Damage;
}

/** Radiographs of one label that are of one kind, such as pneumonias by a virus. */
export interface Kind {
  name: string;
  label: EvaluationCase["label"];
  /** Cases: of changed radiographs each counts once a change. */
  n: number;
  /** Share called by its label. */
  right: Estimate;
  /** Against all cases of the other label; absent where there are none, or for changed radiographs. */
  auc?: Estimate;
}

export interface Change {
  name: string;
  accuracy: Estimate;
  sensitivity: Estimate;
  specificity: Estimate;
}

export function judgeSet(
  evaluation: Evaluation,
  { set, metrics, damage }: Pick<JudgedSet, "set" | "metrics" | "damage">,
): JudgedSet {
  const groups = [...groupByChange(evaluation.cases)];
  const isChanged = evaluation.changes !== undefined;
  const [, radiographs] = groups[0]!;
  const countLabel = (label: EvaluationCase["label"]) =>
    radiographs.filter((one) => one.label === label).length;
  return {
    set,
    metrics,
    engine: evaluation.engine,
    normal: countLabel("NORMAL"),
    pneumonia: countLabel("PNEUMONIA"),
    kinds: isChanged ? [] : judgeKinds(evaluation),
    ...(!isChanged && { eceFloor: calibrationFloor(probabilitiesOf(evaluation.cases)) }),
    answered: isChanged ? [] : answerSurest(evaluation),
    changes: isChanged
      ? groups.map(([name = "", cases]) => judgeChange(name, cases, evaluation.threshold))
      : [],
    ...(damage && { damage }),
  };
}

function judgeKinds({ cases, threshold }: Evaluation): Kind[] {
  const names = new Map<string, Pick<Kind, "name" | "label">>();
  for (const { label, subgroup } of cases) {
    if (subgroup !== undefined) names.set(`${label} ${subgroup}`, { name: subgroup, label });
  }
  const kinds = [...names].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
  return kinds.map(({ name, label }) => {
    const own = cases.filter((one) => one.label === label && one.subgroup === name);
    const compared = [...own, ...cases.filter((one) => one.label !== label)];
    const right = own.filter((one) => isRight(one, threshold)).length;
    return {
      ...{ name, label, n: own.length, right: wilsonInterval(right, own.length) },
      ...(compared.length > own.length && { auc: aucDeLong(probabilitiesOf(compared), labelsOf(compared)) }),
    };
  });
}

const answerSurest = ({ cases, threshold }: Evaluation): SurestError[] =>
  errorBySureness(probabilitiesOf(cases), labelsOf(cases), Math.fround(threshold));

function judgeChange(name: string, cases: readonly EvaluationCase[], threshold: number): Change {
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = countConfusion(
    probabilitiesOf(cases),
    labelsOf(cases),
    Math.fround(threshold),
  );
  return {
    name,
    accuracy: wilsonInterval(truePositives + trueNegatives, cases.length),
    sensitivity: wilsonInterval(truePositives, truePositives + falseNegatives),
    specificity: wilsonInterval(trueNegatives, trueNegatives + falsePositives),
  };
}

const isRight = ({ probability, label }: EvaluationCase, threshold: number): boolean =>
  probability >= Math.fround(threshold) === (label === "PNEUMONIA");

const probabilitiesOf = (cases: readonly EvaluationCase[]): number[] =>
  cases.map(({ probability }) => probability);

const labelsOf = (cases: readonly EvaluationCase[]): number[] =>
  cases.map(({ label }) => (label === "PNEUMONIA" ? 1 : 0));
