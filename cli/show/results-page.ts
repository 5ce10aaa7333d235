/**
 * The results of a registry as a page of Markdown: every version on test and on validation, recipes that were
 * trained with several seeds by mean and spread, and the front. It says nothing that the registry does not know,
 * so that it can be printed again at any time.
 */
import { LOOKS, STRESS, sortSets, TEST, VALIDATION } from "@radlite/registry/bundle";
import { type Front, type FrontRow, type JudgedVersion, readFront } from "@radlite/registry/commands";
import type { Registry } from "@radlite/registry/log";
import { describeStages, formatSpread, nameRow } from "./front-table.ts";
import { formatCount, formatMarkdownTable, formatPercent, formatShare } from "./output.ts";

/** The command that prints the page anew; it stands in its head. */
export const RESULTS_COMMAND = "npx radlite registry results --shipped > docs/results.md";

/** The test set first: its figures are the ones that count. */
function listSets({ state }: Registry): string[] {
  const names = new Set(
    [...state.models.values()].flatMap(({ versions }) =>
      versions.flatMap(({ evaluations }) => [...evaluations.keys()]),
    ),
  );
  return sortSets(names).sort((a, b) => Number(b === TEST) - Number(a === TEST));
}

const TITLES: Readonly<Record<string, string>> = {
  [TEST]: "Test",
  [VALIDATION]: "Validation",
  [STRESS]: "Stress",
  [LOOKS]: "Looks",
};

const titleOf = (set: string): string => (Object.hasOwn(TITLES, set) ? TITLES[set]! : set);

/** Ends with a line feed. `command` stands in the head as the one that printed it. `sets`: these alone. */
export async function formatResults(
  registry: Registry,
  command: string,
  sets?: readonly string[],
): Promise<string> {
  const sections: string[] = [];
  for (const on of sets ?? listSets(registry)) {
    const front = await readFront(registry, { on, by: "bytes" });
    if (front.rows.length === 0) continue;
    sections.push(formatSet(front));
    const recipes = await readFront(registry, { on, by: "bytes", byRecipe: true });
    const repeated = recipes.rows.filter(({ judged }) => judged.length > 1);
    if (repeated.length > 0) sections.push(formatRepeated(on, repeated));
  }
  return `${[formatHead(command), ...sections].join("\n\n")}\n`;
}

/** README's byte classes: a file below the limit, and beyond the last the others. */
const CLASS_BYTES = [1024, 4096, 16384, 65536, Number.POSITIVE_INFINITY] as const;

/** A recipe of fewer stands for its class only where the class has no other: one draw may be a lucky one. */
const SEEDS_TO_TRUST = 3;

/**
 * The most accurate recipe of each byte class on one set, cheapest first; several seeds as their mean, and the range of
 * accuracy and AUC. README shows what it prints of the shipped models. Ends with a line feed.
 */
export async function formatBest(registry: Registry, on = TEST): Promise<string> {
  const { rows: all } = await readFront(registry, { on, by: "bytes", byRecipe: true });
  const accuracyOf = ({ figures }: FrontRow) => figures.accuracy.mean;
  const rows = CLASS_BYTES.flatMap((limit, at) => {
    const least = CLASS_BYTES[at - 1] ?? 0;
    const ofClass = all.filter(({ figures: { bytes } }) => bytes.mean >= least && bytes.mean < limit);
    const repeated = ofClass.filter(({ judged }) => judged.length >= SEEDS_TO_TRUST);
    const trusted = repeated.length > 0 ? repeated : ofClass;
    return trusted.sort((a, b) => accuracyOf(b) - accuracyOf(a)).slice(0, 1);
  });
  const table = formatMarkdownTable([
    ["recipe", "stages", "seeds", "bytes", "weights", "accuracy", "sensitivity", "specificity"].concat("AUC"),
    ...rows.map((row) => {
      const { judged, figures } = row;
      const metrics = judged.map((one) => one.metrics);
      const accuracies = metrics.map(({ accuracy }) => `${(100 * accuracy.value).toFixed(1)}`);
      const areas = metrics.map(({ auc }) => auc.value.toFixed(3));
      return [
        ...[row.recipe, describeStages(row), String(judged.length)],
        formatCount(Math.round(figures.bytes.mean)),
        formatCount(judged[0]!.version.parameters),
        ...(judged.length === 1
          ? [formatShare(metrics[0]!.accuracy)]
          : [`${formatPercent(figures.accuracy.mean)}, ${describeRange(accuracies)}`]),
        formatPercent(figures.sensitivity.mean),
        formatPercent(figures.specificity.mean),
        `${figures.auc.mean.toFixed(3)}${judged.length === 1 ? "" : `, ${describeRange(areas)}`}`,
      ];
    }),
  ]);
  return `${table}\n`;
}

/** `95.1 to 95.4`, of formatted values. */
function describeRange(values: readonly string[]): string {
  const sorted = [...values].sort((a, b) => Number(a) - Number(b));
  return `${sorted[0]} to ${sorted.at(-1)}`;
}

function formatHead(command: string): string {
  return `# Results

Printed by \`${command}\`: computed from the per-case scores of the registry, not written by hand.

Intervals are 95%: Wilson's for shares, DeLong's for the AUC. MACs are multiply-accumulates of one inference; products of signs, of which a processor does 32 at once, are left out. Milliseconds are the median of one inference where the version was judged, decoding left out. *Looks* counts how often figures of the test set were known before a version was final. *Stress* is validation changed harmlessly, *Looks* validation in the look of each group of radiographs that were taken alike: their figures are over all changes, *lowest* under the one that costs most. An accuracy or AUC in **bold** is on the front: nothing as small is better, nothing smaller as good.`;
}

function formatSet({ on, rows, leftOut }: Front): string {
  const { changes, confusion } = rows[0]!.judged[0]!.metrics;
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = confusion;
  const [ill, well] = [truePositives + falseNegatives, trueNegatives + falsePositives].map(
    (count) => count / (changes ?? 1),
  ) as [number, number];
  const left = leftOut.map(({ id }) => id).join(", ");
  return [
    `## ${titleOf(on)}: ${ill + well} radiographs, ${well} NORMAL and ${ill} PNEUMONIA${changes ? `, each changed in ${changes} ways` : ""}`,
    formatMarkdownTable([
      ["version", "recipe", "stages", "bytes", "weights", "MACs", "ms", "accuracy", "sensitivity"].concat([
        ...["specificity", "AUC", "looks"],
        ...(changes ? ["lowest sensitivity", "lowest specificity"] : []),
      ]),
      ...rows.map((row) => describeRow(row, row.judged[0]!)),
    ]),
    ...(left === "" ? [] : [`Judged on other radiographs and left out: ${left}.`]),
  ].join("\n\n");
}

function describeRow({ onFront }: FrontRow, { version, metrics }: JudgedVersion): string[] {
  const { auc } = metrics;
  const area = `${auc.value.toFixed(4)} (${auc.low.toFixed(4)} to ${auc.high.toFixed(4)})`;
  const bold = (is: boolean, text: string) => (is ? `**${text}**` : text);
  return [
    ...[version.id, version.recipe, describeStages(version)],
    ...[version.sizeBytes, version.parameters, version.macs].map(formatCount),
    metrics.latencyMs.toFixed(2),
    bold(onFront.accuracy, formatShare(metrics.accuracy)),
    ...[metrics.sensitivity, metrics.specificity].map(formatShare),
    ...[bold(onFront.auc, area), version.tags.testLooks ?? ""],
    ...(metrics.changes ? [metrics.lowestSensitivity, metrics.lowestSpecificity].map(formatShare) : []),
  ];
}

function formatRepeated(on: string, rows: readonly FrontRow[]): string {
  return [
    `## ${titleOf(on)}: recipes with several seeds, mean ± deviation`,
    formatMarkdownTable([
      ["recipe", "stages", "seeds", "bytes", "accuracy", "sensitivity", "specificity", "AUC"],
      ...rows.map((row) => [
        ...[nameRow(row), describeStages(row)],
        row.judged
          .map(({ seed }) => seed)
          .sort((a, b) => a - b)
          .join(", "),
        ...(["bytes", "accuracy", "sensitivity", "specificity", "auc"] as const).map((field) =>
          formatSpread(row.figures[field], field),
        ),
      ]),
    ]),
  ].join("\n\n");
}
