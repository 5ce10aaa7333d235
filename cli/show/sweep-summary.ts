/** The runs of a sweep as tables, the settings as columns of their own: for terminals, pages and spreadsheets. */
import type { Estimate } from "@radlite/model/statistics";
import { formatCsv } from "@radlite/training/evaluation";
import type { RunFigures, SettingValue, SweepRow } from "@radlite/training/sweeps";
import { formatCount, formatMarkdownTable, formatShare, formatTable } from "./output.ts";

/** Columns of every table after the settings: as people read them, and with all digits. */
const FIGURES: readonly [
  heading: string,
  show: (figures: RunFigures) => string,
  exact: (figures: RunFigures) => number | string,
][] = [
  ["bytes", ({ bytes }) => formatCount(bytes), ({ bytes }) => bytes],
  ["weights", ({ parameters }) => formatCount(parameters), ({ parameters }) => parameters],
  ["MACs", ({ macs }) => formatCount(macs), ({ macs }) => macs],
  ["ms", ({ latencyMs }) => latencyMs.toFixed(2), ({ latencyMs }) => latencyMs],
  ["images", describeImages, describeImages],
  ["accuracy", ({ accuracy }) => formatShare(accuracy), ({ accuracy }) => accuracy.value],
  ["sensitivity", ({ sensitivity }) => formatShare(sensitivity), ({ sensitivity }) => sensitivity.value],
  ["specificity", ({ specificity }) => formatShare(specificity), ({ specificity }) => specificity.value],
  ["AUC", ({ auc }) => formatAuc(auc), ({ auc }) => auc.value],
];

export function formatSweep(rows: readonly SweepRow[]): string {
  return formatTable(tabulate(rows));
}

export function formatSweepMarkdown(rows: readonly SweepRow[]): string {
  return `${formatMarkdownTable(tabulate(rows))}\n`;
}

export function formatSweepCsv(rows: readonly SweepRow[]): string {
  const keys = listKeys(rows);
  const headings = ["run", ...keys, ...FIGURES.map(([heading]) => heading), "sha256", "note"];
  const lines = rows.map(({ name, settings, figures, reason = "" }) => [
    ...[name, ...keys.map((key) => showValue(settings[key]!))],
    ...FIGURES.map(([, , exact]) => (figures ? String(exact(figures)) : "")),
    ...[figures?.sha256 ?? "", reason],
  ]);
  return formatCsv([headings, ...lines]);
}

function tabulate(rows: readonly SweepRow[]): string[][] {
  const keys = listKeys(rows);
  const hasNotes = rows.some(({ reason }) => reason !== undefined);
  return [
    ["run", ...keys, ...FIGURES.map(([heading]) => heading), ...(hasNotes ? ["note"] : [])],
    ...rows.map(({ name, settings, figures, reason = "" }) => [
      ...[name, ...keys.map((key) => showValue(settings[key]!))],
      ...FIGURES.map(([, show]) => (figures ? show(figures) : "")),
      ...(hasNotes ? [reason] : []),
    ]),
  ];
}

function listKeys(rows: readonly SweepRow[]): string[] {
  return Object.keys(rows[0]?.settings ?? {});
}

export function showValue(value: SettingValue): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function describeImages({ n, set }: RunFigures): string {
  return `${n} of ${set}`;
}

function formatAuc({ value, low, high }: Estimate): string {
  return `${value.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`;
}
