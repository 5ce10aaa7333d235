/**
 * `radlite evaluate MODEL.rlm --data DIR [--scores OUT.csv]`: what a sealed file does on labelled radiographs,
 * every figure with its 95% interval. Under --json stdout is the report and nothing else.
 */
import type { FolderEvaluation } from "@radlite/training/evaluation";
import type { Command } from "commander";
import { readNamedFile, writeNamedFile } from "./files.ts";
import { printJson } from "./output.ts";

interface EvaluateOptions {
  data: string;
  scores?: string;
  json?: boolean;
}

export function addEvaluate(program: Command): void {
  program
    .command("evaluate")
    .description("measure a model file on labelled radiographs")
    .argument("<model>", "a sealed model file (.rlm)")
    .requiredOption("--data <dir>", "a folder with NORMAL/ and PNEUMONIA/, or with test/ that holds them")
    .option("--scores <file>", "write the probability of each radiograph there, as CSV")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite evaluate model.rlm --data chest_xray --scores scores.csv")
    .action(evaluate);
}

async function evaluate(path: string, { data, scores, json }: EvaluateOptions): Promise<void> {
  const { evaluateFolder, formatReport, formatScores, reportEvaluation } = await import(
    "@radlite/training/evaluation"
  );
  const { startProgress } = await import("./progress.ts");
  const artifact = await readNamedFile(path);
  const progress = startProgress("radiographs");
  const options = { name: path, onProgress: progress.update };
  const evaluated = await evaluateFolder(artifact, data, options).finally(progress.stop);
  tellOddities(evaluated);
  if (scores) await writeNamedFile(scores, formatScores(evaluated));
  const report = reportEvaluation(evaluated.evaluation, artifact.length);
  if (json) printJson(report);
  else console.log(formatReport(report));
}

/** What the figures leave out or count twice, on stderr. */
function tellOddities({ unreadable, duplicates }: FolderEvaluation): void {
  for (const { file, reason } of unreadable) console.error(`radlite: left out ${file}: ${reason}`);
  const count = unreadable.length === 1 ? "1 file is" : `${unreadable.length} files are`;
  if (unreadable.length > 0) console.error(`radlite: ${count} left out of the figures`);
  for (const files of duplicates)
    console.error(`radlite: the same image, counted each time: ${files.join(", ")}`);
}
