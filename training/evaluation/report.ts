/**
 * An evaluation as figures: the one JSON object of `radlite evaluate --json`, and the table for people made
 * from it. Every proportion comes with its 95% interval (Wilson; DeLong for the AUC), computed from the cases.
 */
import type { Confusion } from "@radlite/model/format";
import {
  calibrationFloor,
  type Estimate,
  errorBySureness,
  estimateRepeated,
  type Metrics,
  type SurestError,
  summariseScores,
  widenInterval,
} from "@radlite/model/statistics";
import type { OperatingPoint } from "@radlite/model/verdict";
import { type Evaluation, type EvaluationCase, groupByChange } from "@radlite/registry/bundle";
import { formatAbstention } from "./abstention-page.ts";
import {
  type GateFindings,
  type GateReport,
  type ReviewReport,
  reportGateShare,
  reportReview,
} from "./answered.ts";
import { formatPercent, round } from "./figures.ts";

export interface EvaluationReport {
  /** The digest of the sealed file, 64 hex digits. */
  sha256: string;
  /** Length of the sealed file. */
  bytes: number;
  set: string;
  /** Cases. */
  n: number;
  accuracy: Estimate;
  sensitivity: Estimate;
  specificity: Estimate;
  auc: Estimate;
  confusion: Confusion;
  /** On the calibrated probability; PNEUMONIA at or above it. */
  threshold: number;
  thresholdRule: string;
  temperature: number;
  /** Expected calibration error at temperature 1, and at the sealed one. */
  eceBefore: number;
  eceAfter: number;
  /** The error that perfectly calibrated cases as sure as these show; absent for a set of changed radiographs. */
  eceFloor?: number;
  engine: string;
  /** Median of one inference, decoding left out. */
  latencyMs: number;
  /** Digest of the sorted image hashes. */
  images: string;
  /** Error of the surest cases; absent for a set of changed radiographs, as one that is hard is hard each time. */
  abstention?: SurestError[];
  /** What the sealed band leaves to be answered; absent for a model without one. */
  review?: ReviewReport;
  /** What a gate makes of the same radiographs; absent where none was at hand. */
  gate?: GateReport;
  /** For a set of changed radiographs: the rates under each change. */
  changes?: { change: string; sensitivity: Estimate; specificity: Estimate }[];
}

export interface ReportOptions {
  /** The model's, for what its review band does. */
  operatingPoint?: OperatingPoint;
  gate?: GateFindings;
}

/**
 * Figures are of all cases, before band and gate; what those do stands beside.
 * @param bytes length of the sealed file
 * @throws BAD_INPUT when a class has no case.
 */
export function reportEvaluation(
  evaluation: Evaluation,
  bytes: number,
  { operatingPoint, gate }: ReportOptions = {},
): EvaluationReport {
  const { artifact, cases, threshold } = evaluation;
  const { n, auc, confusion } = summariseCases(cases, threshold);
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = confusion;
  const groups = groupByChange(cases);
  const estimate = (right: number, of: number) => estimateRepeated(right, of, groups.size);
  const { set, thresholdRule, temperature, eceBefore, eceAfter, engine, latencyMs, images } = evaluation;
  const probabilities = cases.map(({ probability }) => probability);
  const review = operatingPoint && reportReview(evaluation, operatingPoint);
  return {
    sha256: artifact,
    bytes,
    set,
    n,
    accuracy: estimate(truePositives + trueNegatives, n),
    sensitivity: estimate(truePositives, truePositives + falseNegatives),
    specificity: estimate(trueNegatives, trueNegatives + falsePositives),
    auc: widenInterval(auc, groups.size),
    confusion,
    threshold,
    thresholdRule,
    temperature,
    eceBefore,
    eceAfter,
    engine,
    latencyMs,
    images,
    ...(evaluation.changes === undefined && {
      eceFloor: calibrationFloor(probabilities),
      abstention: errorBySureness(probabilities, labelsOf(cases), threshold),
    }),
    ...(review && { review }),
    ...(operatingPoint && gate && { gate: reportGateShare(evaluation, gate, operatingPoint) }),
    ...(evaluation.changes !== undefined && {
      changes: [...groups].map(([change = "", group]) => {
        const { sensitivity, specificity } = summariseCases(group, threshold);
        return { change, sensitivity, specificity };
      }),
    }),
  };
}

function summariseCases(cases: readonly EvaluationCase[], threshold: number): Metrics {
  return summariseScores(
    cases.map(({ probability }) => probability),
    labelsOf(cases),
    threshold,
  );
}

const labelsOf = (cases: readonly EvaluationCase[]): number[] =>
  cases.map(({ label }) => Number(label === "PNEUMONIA"));

/**
 * Lines for a terminal of 80 columns, without a trailing line feed.
 * @param folder what the radiographs were, where the set was given no name
 */
export function formatReport(report: EvaluationReport, folder?: string): string {
  const { confusion } = report;
  const rows: [name: string, value: string][] = [
    ["model", report.sha256],
    ["size", `${report.bytes.toLocaleString("en")} bytes`],
    ["images", describeImages(report, folder)],
    ["accuracy", formatPercent(report.accuracy)],
    ["sensitivity", formatPercent(report.sensitivity)],
    ["specificity", formatPercent(report.specificity)],
    ["AUC", formatFraction(report.auc)],
    ["threshold", `${round(report.threshold, 4)} (${report.thresholdRule}), set on validation`],
    [
      "calibration",
      `error ${round(report.eceBefore, 4)}, after temperature ${round(report.temperature, 3)}: ${round(report.eceAfter, 4)}${describeFloor(report)}`,
    ],
    ["latency", `${round(report.latencyMs, 2)} ms median, ${report.engine} engine`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    ...rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    "",
    formatConfusion(confusion),
    ...formatAbstention(report),
    ...(report.changes ? ["", formatChanges(report.changes)] : []),
  ].join("\n");
}

/** One line: `34,171 bytes on 345 of test: accuracy 93.9% (90.9 to 96.0), sensitivity …`. */
export function summariseReport({
  bytes,
  n,
  set,
  accuracy,
  sensitivity,
  specificity,
  auc,
}: EvaluationReport): string {
  const share = ({ value, low, high }: Estimate) =>
    `${(100 * value).toFixed(1)}% (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`;
  return [
    `${bytes.toLocaleString("en")} bytes on ${n} of ${set}: accuracy ${share(accuracy)}`,
    `sensitivity ${share(sensitivity)}`,
    `specificity ${share(specificity)}`,
    `AUC ${auc.value.toFixed(4)} (${auc.low.toFixed(4)} to ${auc.high.toFixed(4)})`,
  ].join(", ");
}

function describeFloor({ eceFloor }: EvaluationReport): string {
  return eceFloor === undefined ? "" : `, and ${round(eceFloor, 4)} if it were perfect`;
}

function describeImages({ n, set, changes }: EvaluationReport, folder?: string): string {
  if (folder !== undefined) return `${n} of ${folder}`;
  if (!changes) return `${n} of the ${set} set`;
  return `${n / changes.length} of the ${set} set, each changed in ${changes.length} ways`;
}

function formatChanges(changes: NonNullable<EvaluationReport["changes"]>): string {
  const table = [
    ["", "sensitivity", "specificity"],
    ...changes.map(({ change, sensitivity, specificity }) => [
      change,
      ...[sensitivity, specificity].map(({ value }) => `${(100 * value).toFixed(1)}%`),
    ]),
  ];
  return alignColumns(table);
}

function formatConfusion({
  trueNegatives,
  falsePositives,
  falseNegatives,
  truePositives,
}: Confusion): string {
  const table = [
    ["", "called NORMAL", "called PNEUMONIA"],
    ["NORMAL", String(trueNegatives), String(falsePositives)],
    ["PNEUMONIA", String(falseNegatives), String(truePositives)],
  ];
  return alignColumns(table);
}

/** A name and two figures a row. */
function alignColumns(table: string[][]): string {
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  return table
    .map(([name, ...figures]) =>
      [name!.padEnd(widths[0]!), ...figures.map((figure, at) => figure.padStart(widths[at + 1]!))].join("  "),
    )
    .join("\n");
}

function formatFraction({ value, low, high }: Estimate): string {
  return `${value.toFixed(4)}  (95% interval ${low.toFixed(4)} to ${high.toFixed(4)})`;
}
