/** What becomes of a model's answers when its radiographs come another way, a change a line. */
import type { Estimate } from "@radlite/model/statistics";
import type { Rates, RobustnessReport } from "@radlite/registry/bundle";
import { formatCount, formatMarkdownTable, formatShare, formatTable } from "./output.ts";

const HEADINGS = [
  ...["change", "to NORMAL", "to PNEUMONIA", "flipped %", "accuracy", "points", "p"],
  ...["sensitivity", "specificity", "refused"],
];

export function formatRobustness(report: RobustnessReport, { markdown = false } = {}): string {
  const { n, untouched, changes } = report;
  const rows = changes.map((one) => [
    one.change,
    ...[one.toNormal, one.toPneumonia].map(formatCount),
    ((100 * (one.toNormal + one.toPneumonia)) / one.n).toFixed(1),
    formatShare(one.accuracy),
    formatPoints(one.accuracy, untouched.accuracy),
    one.paired.pValue < 0.001 ? "< 0.001" : one.paired.pValue.toFixed(3),
    ...[one.sensitivity, one.specificity].map(formatShare),
    one.refused === 0 ? "" : formatCount(one.refused),
  ]);
  const first = ["as they are", "", "", "", ...describeRates(untouched), ""];
  const table = (markdown ? formatMarkdownTable : formatTable)([HEADINGS, first, ...rows]);
  return [
    `${formatCount(n)} radiographs, PNEUMONIA at ${Number(report.threshold.toFixed(4))} or above`,
    "",
    table,
    "",
    describeBorders(report),
  ].join("\n");
}

const describeRates = ({ accuracy, sensitivity, specificity }: Rates): string[] => [
  formatShare(accuracy),
  "",
  "",
  formatShare(sensitivity),
  formatShare(specificity),
];

/** All borders together, and whether anything else costs more than chance would. */
function describeBorders({ changes, untouched }: RobustnessReport): string {
  const borders = changes.filter(({ change }) => change.includes("-border-"));
  const sum = (count: (one: (typeof changes)[number]) => number) =>
    borders.reduce((total, one) => total + count(one), 0);
  const n = sum((one) => one.n);
  const flipped = sum((one) => one.toNormal + one.toPneumonia);
  const accuracy = sum((one) => one.n * one.accuracy.value) / n;
  const worse = changes.filter(({ paired }) => paired.pValue < 0.05 && paired.onlyFirst > paired.onlySecond);
  return [
    `Borders of either colour, all together: ${((100 * flipped) / n).toFixed(2)}% of ${formatCount(n)} verdicts turned, accuracy ${(100 * accuracy).toFixed(1)}% (${formatDifference(accuracy - untouched.accuracy.value)} points).`,
    worse.length === 0
      ? "No change costs more accuracy than chance would (McNemar, p < 0.05)."
      : `Worse than as they are beyond chance (McNemar, p < 0.05): ${worse.map(({ change }) => change).join(", ")}.`,
  ].join("\n");
}

const formatPoints = (a: Estimate, b: Estimate): string => formatDifference(a.value - b.value);

function formatDifference(share: number): string {
  const points = (100 * share).toFixed(1);
  if (Number(points) === 0) return "0.0";
  return share > 0 ? `+${points}` : points;
}
