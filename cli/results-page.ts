/**
 * The results of a registry as a page of Markdown: every version on test and on validation, recipes that were
 * trained with several seeds by mean and spread, and the front. It says nothing that the registry does not know,
 * so that it can be printed again at any time.
 */
import { type Front, type FrontRow, type JudgedVersion, readFront } from "@radlite/registry/commands";
import type { EvaluationSet, Registry } from "@radlite/registry/log";
import { describeStages, formatSpread, nameRow } from "./front-table.ts";
import { formatCount, formatMarkdownTable, formatShare } from "./output.ts";

/** The command that prints the page anew; it stands in its head. */
export const RESULTS_COMMAND = "npx radlite registry results --shipped > docs/results.md";

const SETS: Record<EvaluationSet, string> = {
  test: "Test",
  validation: "Validation",
};

/** Ends with a line feed. `command` stands in the head as the one that printed it. */
export async function formatResults(registry: Registry, command: string): Promise<string> {
  const sections: string[] = [];
  for (const on of ["test", "validation"] as const) {
    const front = await readFront(registry, { on, by: "bytes" });
    if (front.rows.length === 0) continue;
    sections.push(formatSet(front));
    const recipes = await readFront(registry, { on, by: "bytes", byRecipe: true });
    const repeated = recipes.rows.filter(({ judged }) => judged.length > 1);
    if (repeated.length > 0) sections.push(formatRepeated(on, repeated));
  }
  return `${[formatHead(command), ...sections].join("\n\n")}\n`;
}

function formatHead(command: string): string {
  return `# Results

Printed by \`${command}\`: computed from the per-case scores of the registry, not written by hand.

Intervals are 95%: Wilson's for shares, DeLong's for the AUC. Milliseconds are the median of one inference where the version was judged, decoding left out. *Looks* counts how often figures of the test set were known before a version was final. An accuracy or AUC in **bold** is on the front: nothing as small is better, nothing smaller as good.`;
}

function formatSet({ on, rows, leftOut }: Front): string {
  const { truePositives, falseNegatives, trueNegatives, falsePositives } =
    rows[0]!.judged[0]!.metrics.confusion;
  const [ill, well] = [truePositives + falseNegatives, trueNegatives + falsePositives];
  const left = leftOut.map(({ id }) => id).join(", ");
  return [
    `## ${SETS[on]}: ${ill + well} radiographs, ${well} NORMAL and ${ill} PNEUMONIA`,
    formatMarkdownTable([
      ["version", "recipe", "stages", "bytes", "weights", "MACs", "ms", "accuracy", "sensitivity"].concat([
        ...["specificity", "AUC", "looks"],
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
  ];
}

function formatRepeated(on: EvaluationSet, rows: readonly FrontRow[]): string {
  return [
    `## ${SETS[on]}: recipes with several seeds, mean ± deviation`,
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
