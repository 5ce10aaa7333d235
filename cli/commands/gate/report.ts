/**
 * `radlite gate report FILE.rlg --inside DIR --outside DIR...`: how many pictures of each folder a gate refuses or
 * sends to review, and how many of the radiographs inside once they are turned, cut or framed.
 */
import { type Command, Option } from "commander";
import { readNamedFile } from "../../files.ts";
import { startProgress } from "../../progress.ts";
import { printJson, printPage } from "../../show/output.ts";

interface ReportCommandOptions {
  inside: string[];
  outside: string[];
  json?: boolean;
  markdown?: boolean;
}

export function addReport(gate: Command): void {
  gate
    .command("report")
    .description("count what a gate refuses, by folder and by what was done to a radiograph")
    .argument("<gate>", "a gate's file, .rlg")
    .option("--inside <dirs...>", "radiographs of the gate's kind; the report changes them too", [])
    .option("--outside <dirs...>", "other pictures, in a folder a kind", [])
    .option("--json", "print one JSON object")
    .addOption(new Option("--markdown", "print Markdown").conflicts("json"))
    .addHelpText(
      "after",
      "\nExample:\n  radlite gate report gate.rlg --inside chest_xray/test --outside photographs scans",
    )
    .action(report);
}

async function report(
  file: string,
  { inside, outside, json, markdown }: ReportCommandOptions,
): Promise<void> {
  const { openGate } = await import("@radlite/model/verdict/gate");
  const { reportGate } = await import("@radlite/training/gate");
  const { digestOf } = await import("@radlite/registry/bundle");
  const { formatGateTable } = await import("../../show/gate-table.ts");
  const bytes = await readNamedFile(file);
  const gate = openGate(bytes);
  const progress = startProgress("pictures judged");
  const rows = await reportGate(gate, { inside, outside, onProgress: progress.update }).finally(
    progress.stop,
  );
  const { population } = gate;
  if (json) printJson({ gate: { sha256: digestOf(bytes), sizeBytes: bytes.length, population }, rows });
  else printPage(formatGateTable(rows, { markdown: markdown === true }));
}
