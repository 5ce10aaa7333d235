/** A cross-fitted judging: its figures in all, those of each group of like looks, and designs beside each other. */
import type { McnemarTest } from "@radlite/model/statistics";
import {
  type CrossFitCases,
  type CrossFitReport,
  type Figures,
  type GroupFigures,
  LEAST_OF_CLASS,
} from "@radlite/training/evaluation";
import { formatCount, formatMarkdownTable, formatPercent, formatShare, formatTable } from "./output.ts";

export interface Design extends CrossFitReport {
  design: string;
  /** With the last of the table. */
  paired?: McnemarTest;
}

export function formatCrossFit(
  cases: CrossFitCases,
  report: CrossFitReport,
  { markdown = false } = {},
): string {
  const { recipe, epochs, seed, folds } = cases;
  const rows = report.groups.map((one) => [String(one.group), ...describe(one), formatKnown(one.balanced)]);
  const headings = ["group", "NORMAL", "PNEUMONIA", "sensitivity", "specificity", "balanced"];
  return [
    `${recipe.name}: ${formatCount(cases.labels.length)} training images, each judged once by one of ${folds} float networks of ${epochs} epochs and seed ${seed} that did not see its patient`,
    "",
    (markdown ? formatMarkdownTable : formatTable)([
      headings,
      ["all", ...describe(report.all), formatPercent(balance(report.all))],
      ...rows,
    ]),
    "",
    `Accuracy ${formatShare(report.all.accuracy)}, AUC ${report.all.auc.value.toFixed(4)} (${report.all.auc.low.toFixed(4)}-${report.all.auc.high.toFixed(4)}). ${describeWorst(report)}`,
  ].join("\n");
}

/** One a line; the last is that which the others were compared with. */
export function formatDesigns(designs: readonly Design[], { markdown = false } = {}): string {
  const headings = [
    "design",
    "accuracy",
    "AUC",
    "sensitivity",
    "specificity",
    "worst group",
    "mean of groups",
    "p against the last",
  ];
  const rows = designs.map(({ design, all, worst, meanBalanced, paired }) => [
    design,
    formatShare(all.accuracy),
    all.auc.value.toFixed(4),
    ...[all.sensitivity, all.specificity].map((share) => (share ? formatShare(share) : "")),
    worst ? `${formatKnown(worst.balanced)} (group ${worst.group})` : "",
    formatKnown(meanBalanced),
    paired ? (paired.pValue < 0.001 ? "< 0.001" : paired.pValue.toFixed(3)) : "",
  ]);
  return (markdown ? formatMarkdownTable : formatTable)([headings, ...rows]);
}

function describe({ images, sensitivity, specificity }: Figures): string[] {
  const shares = [sensitivity, specificity].map((share) => (share ? formatShare(share) : ""));
  return [...images.map(formatCount), ...shares];
}

const balance = ({ sensitivity, specificity }: Figures): number =>
  (sensitivity!.value + specificity!.value) / 2;

const formatKnown = (share: number | undefined): string => (share === undefined ? "" : formatPercent(share));

function describeWorst({ worst }: { worst: GroupFigures | undefined }): string {
  const rule = `of those with ${LEAST_OF_CLASS} images of each class and more, the lowest mean of sensitivity and specificity`;
  if (!worst) return `There is no worst group (${rule}): no group is that large.`;
  return `The worst group (${rule}) is group ${worst.group} at ${formatKnown(worst.balanced)}.`;
}
