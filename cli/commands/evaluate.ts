/**
 * `radlite evaluate MODEL --data DIR [--scores OUT.csv]`: what a sealed model does on labelled radiographs,
 * every figure with its 95% interval. Under --json stdout is the report and nothing else.
 */
import type { FolderEvaluation } from "@radlite/training/evaluation";
import type { Command } from "commander";
import { writeNamedFile } from "../files.ts";
import { MODEL_ARGUMENT, readModel } from "../models.ts";
import { printJson, printPage, warn } from "../show/output.ts";

interface EvaluateOptions {
  data: string;
  scores?: string;
  json?: boolean;
}

export function addEvaluate(program: Command): void {
  program
    .command("evaluate")
    .description("measure a model on labelled radiographs")
    .argument("<model>", MODEL_ARGUMENT)
    .requiredOption("--data <dir>", "a folder with NORMAL/ and PNEUMONIA/, or with test/ that holds them")
    .option("--scores <file>", "write the probability of each radiograph there, as CSV")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite evaluate model.rlm --data chest_xray --scores scores.csv")
    .action(evaluate);
}

async function evaluate(model: string, { data, scores, json }: EvaluateOptions): Promise<void> {
  const { evaluateFolder, formatReport, formatScores, reportEvaluation } = await import(
    "@radlite/training/evaluation"
  );
  const { startProgress } = await import("../progress.ts");
  const { name, bytes } = await readModel(model);
  const progress = startProgress("radiographs");
  const options = { name, onProgress: progress.update };
  const evaluated = await evaluateFolder(bytes, data, options).finally(progress.stop);
  warnOfOddities(evaluated);
  if (scores) await writeNamedFile(scores, formatScores(evaluated));
  const report = reportEvaluation(evaluated.evaluation, bytes.length);
  if (json) printJson(report);
  else printPage(formatReport(report));
}

/** What the figures leave out or count twice, on stderr. */
function warnOfOddities({ unreadable, duplicates }: FolderEvaluation): void {
  for (const { file, reason } of unreadable) warn(`left out ${file}: ${reason}`);
  const count = unreadable.length === 1 ? "1 file is" : `${unreadable.length} files are`;
  if (unreadable.length > 0) warn(`${count} left out of the figures`);
  for (const files of duplicates) warn(`the same image, counted each time: ${files.join(", ")}`);
}
