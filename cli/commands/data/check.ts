/**
 * `radlite data check DIR [--html FILE]`: what a data folder holds and what about it could fool a training, as text,
 * as JSON or as one page with plots. It only reads.
 */
import type { CheckStep } from "@radlite/training/data-check";
import type { Command } from "commander";
import { requireWritable, writeNamedFile } from "../../files.ts";
import { type Progress, startProgress } from "../../progress.ts";
import { formatTable, printJson, printPage, showControls } from "../../show/output.ts";

interface CheckOptions {
  html?: string;
  json?: boolean;
}

/** What each step counts. */
const COUNTED: Record<CheckStep, string> = {
  read: "files read",
  decoded: "radiographs decoded",
  compared: "pairs compared",
};

export function addCheck(data: Command): void {
  data
    .command("check")
    .description(
      "count a data folder, find duplicates and unreadable files, and what tells its classes apart",
    )
    .argument("<dir>", "a folder with NORMAL/ and PNEUMONIA/, or with train/, val/, test/ that hold them")
    .option("--html <file>", "write a page with plots there; it needs nothing else")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite data check chest_xray --html chest_xray.html")
    .action(check);
}

async function check(folder: string, { html, json }: CheckOptions): Promise<void> {
  await requireWritable(html, [folder]);
  const checks = await import("@radlite/training/data-check");
  const { checkFolder, describeLooks, listOddities, listShortcuts, nameSet } = checks;
  const { tabulateCounts, tabulateLooks, tabulateTraits } = checks;
  const progress = startSteps();
  const options = { onProgress: progress.update };
  const { check: found, sets } = await checkFolder(folder, options).finally(progress.stop);
  if (html) {
    const { formatCheckPage } = await import("../../show/check-page.ts");
    await writeNamedFile(html, await formatCheckPage(found, sets));
  }
  if (json) {
    printJson(found);
    return;
  }
  const oddities = listOddities(found).map(showControls);
  const parts = [
    formatTable(tabulateCounts(found)),
    ...found.sets.map((set) => `${nameSet(set)}:\n${formatTable(tabulateTraits(set))}`),
    listShortcuts(found).join("\n"),
    ...found.sets
      .filter(({ looks }) => looks)
      .map((set) => `${describeLooks(set).join("\n")}\n\n${formatTable(tabulateLooks(set))}`),
    oddities.length > 0 ? oddities.join("\n") : "Nothing odd: no duplicates, no unreadable files.",
    ...(html ? [`${html} shows it with plots.`] : []),
  ];
  printPage(parts.join("\n\n"));
}

/** A bar a step, one after the other. */
function startSteps() {
  let shown: { step: CheckStep; bar: Progress } | undefined;
  return {
    update(step: CheckStep, done: number, total: number) {
      if (shown?.step !== step) {
        shown?.bar.stop();
        shown = { step, bar: startProgress(COUNTED[step]) };
      }
      shown.bar.update(done, total);
    },
    stop: () => shown?.bar.stop(),
  };
}
