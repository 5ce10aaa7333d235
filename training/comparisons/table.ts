/**
 * Pairs as a table: what finished bundles, or versions of a registry, say of each side, and of the others the
 * command that trains them. Figures come from the cases, on the test set where there is one: with their intervals, and
 * of several seeds the mean with the lowest and the highest.
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
  /** Under the harmless change that costs most; absent where it was not judged on these. */
  stress?: LowestRates;
  /** In the look of the group that costs most. */
  looks?: LowestRates;
}

export interface LowestRates {
  sensitivity: number;
  specificity: number;
}

export interface ComparedRow {
  /** From the first seed. */
  run: ComparedRun;
  /** One a seed, in their order; none: not trained here. */
  versions: ComparedVersion[];
}

const HEADINGS = [
  ...["network", "start", "pixels", "epochs", "seeds", "minutes", "parameters", "MACs", "bytes", "rate"],
  ...["images", "accuracy", "sensitivity", "specificity", "AUC", "stress", "worst look"],
];
const COUNTS = { first: 2, last: 8 }; // columns

/** Rows of cells under their headings; a run without a version has its command in the first cell of its figures. */
export function tabulate(rows: readonly ComparedRow[]): string[][] {
  return [HEADINGS, ...rows.map(describeRow)];
}

/** With the figures flush right. */
export function formatMarkdown(rows: readonly ComparedRow[]): string {
  const [headings, ...lines] = tabulate(rows);
  const rule = headings!.map((_, column) =>
    column >= COUNTS.first && column <= COUNTS.last ? "---:" : "---",
  );
  const toCell = (cell: string) => cell.replace(/\s+/gu, " ").replaceAll("|", "\\|"); // a tag may hold anything
  return [headings!, rule, ...lines].map((cells) => `| ${cells.map(toCell).join(" | ")} |`).join("\n");
}

function describeRow({ run, versions }: ComparedRow): string[] {
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
  const [first] = versions;
  if (!first) {
    const { parameters, macs } = countNetwork(recipe);
    return [
      ...[...given, "", "", formatCount(parameters), formatCount(macs), "", ""],
      ...["not trained here", `\`${commandOf(run)}\``, "", "", "", "", ""],
    ];
  }
  const { facts, set, metrics } = first;
  const mean = (of: (version: ComparedVersion) => number) =>
    versions.reduce((sum, version) => sum + of(version), 0) / versions.length;
  const figure = (of: (version: ComparedVersion) => Estimate, format: (value: number) => string) =>
    describeFigure(versions.map(of), format);
  return [
    ...given,
    String(versions.length),
    describeMinutes(versions.map(({ facts }) => facts.tags.fitSeconds)),
    ...[facts.parameters, facts.macs, Math.round(mean((version) => version.facts.sizeBytes))].map(
      formatCount,
    ),
    facts.tags.rate ?? "",
    `${metrics.n} of ${set}`,
    figure((version) => version.metrics.accuracy, formatPercent),
    figure((version) => version.metrics.sensitivity, formatPercent),
    figure((version) => version.metrics.specificity, formatPercent),
    figure((version) => version.metrics.auc, formatArea),
    describeLowest(versions.flatMap(({ stress }) => stress ?? [])),
    describeLowest(versions.flatMap(({ looks }) => looks ?? [])),
  ];
}

/** The mean; nothing where a tag was edited, since of the others alone it would pass for that of all. */
function describeMinutes(fitSeconds: readonly (string | undefined)[]): string {
  const seconds = fitSeconds.flatMap((written = "") => (/^\d{1,9}$/.test(written) ? Number(written) : []));
  if (seconds.length < fitSeconds.length) return "";
  return (seconds.reduce((sum, one) => sum + one, 0) / seconds.length / 60).toFixed(1);
}

/** `93.9% (90.9 to 96.0)`: of one seed its interval, of several their mean, lowest and highest. */
function describeFigure(figures: readonly Estimate[], format: (value: number) => string): string {
  const values = figures.map(({ value }) => value);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [low, high] =
    figures.length === 1 ? [figures[0]!.low, figures[0]!.high] : [Math.min(...values), Math.max(...values)];
  return `${format(mean)} (${format(low).replace("%", "")} to ${format(high).replace("%", "")})`;
}

/** `89.0 / 90.1%`, sensitivity first; of several seeds the means. */
function describeLowest(rates: readonly LowestRates[]): string {
  if (rates.length === 0) return "";
  const mean = (of: (one: LowestRates) => number) =>
    rates.reduce((sum, one) => sum + of(one), 0) / rates.length;
  return `${(100 * mean(({ sensitivity }) => sensitivity)).toFixed(1)} / ${formatPercent(mean(({ specificity }) => specificity))}`;
}

function commandOf({ pair, named, start }: ComparedRun): string {
  const weights = start === "transfer" ? ` --weights ${pair}=PATH` : "";
  return `radlite compare-transfer ${named} --only ${start} --data DIR${weights}`;
}

function formatCount(count: number): string {
  return count.toLocaleString("en");
}

const formatPercent = (share: number): string => `${(100 * share).toFixed(1)}%`;

const formatArea = (area: number): string => area.toFixed(3);
