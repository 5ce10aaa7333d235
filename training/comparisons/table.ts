/**
 * Pairs as a table: what finished bundles, or versions of a registry, say of each side, and of the others the
 * command that trains them. Figures come from the cases, on the test set where there is one.
 */
import type { Estimate } from "@radlite/model/statistics";
import type { VersionFacts } from "@radlite/registry/bundle";
import type { VersionMetrics } from "@radlite/registry/commands";
import { countEpochs } from "../recipes/pairs.ts";
import { countNetwork } from "./counts.ts";
import type { ComparedRun } from "./runs.ts";

/** What a finished run's row is made of. */
export interface ComparedVersion {
  facts: Pick<VersionFacts, "parameters" | "macs" | "sizeBytes" | "tags">;
  set: string;
  metrics: Pick<VersionMetrics, "n" | "accuracy" | "sensitivity" | "specificity" | "auc">;
}

export interface ComparedRow {
  run: ComparedRun;
  /** Absent: not trained here. */
  version?: ComparedVersion;
}

const HEADINGS = [
  ...["network", "start", "pixels", "epochs", "minutes", "parameters", "MACs", "bytes"],
  ...["images", "accuracy", "sensitivity", "specificity", "AUC"],
];

/** Rows of cells under their headings; a run without a version has its command in the first cell of its figures. */
export function tabulate(rows: readonly ComparedRow[]): string[][] {
  return [HEADINGS, ...rows.map(describeRow)];
}

/** With the figures flush right. */
export function formatMarkdown(rows: readonly ComparedRow[]): string {
  const [headings, ...lines] = tabulate(rows);
  const rule = headings!.map((_, column) => (column >= 2 && column <= 7 ? "---:" : "---"));
  return [headings!, rule, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function describeRow({ run, version }: ComparedRow): string[] {
  const { recipe } = run.recipe;
  const { input, architecture } = recipe;
  const width = "width" in architecture && architecture.width !== 1 ? ` ×${architecture.width}` : "";
  const channels = input.channels === 3 ? " × 3" : "";
  const given = [
    `${architecture.family}${width}`,
    run.start,
    `${input.size}${channels}`,
    String(countEpochs(recipe)),
  ];
  if (!version) {
    const { parameters, macs } = countNetwork(recipe);
    return [
      ...[...given, "", formatCount(parameters), formatCount(macs), ""],
      ...["not trained here", `\`${commandOf(run)}\``, "", "", ""],
    ];
  }
  const { facts, set, metrics } = version;
  return [
    ...given,
    (Number(facts.tags.fitSeconds) / 60).toFixed(1),
    ...[facts.parameters, facts.macs, facts.sizeBytes].map(formatCount),
    `${metrics.n} of ${set}`,
    ...[metrics.accuracy, metrics.sensitivity, metrics.specificity].map(formatShare),
    formatAuc(metrics.auc),
  ];
}

function commandOf({ pair, named, start }: ComparedRun): string {
  const weights = start === "transfer" ? ` --weights ${pair}=PATH` : "";
  return `radlite compare-transfer ${named} --only ${start} --data DIR${weights}`;
}

function formatCount(count: number): string {
  return count.toLocaleString("en");
}

function formatShare({ value, low, high }: Estimate): string {
  const percent = (share: number) => (100 * share).toFixed(1);
  return `${percent(value)}% (${percent(low)} to ${percent(high)})`;
}

function formatAuc({ value, low, high }: Estimate): string {
  return `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}
