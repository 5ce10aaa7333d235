/**
 * `radlite gate fit --data DIR --out FILE.rlg --population TEXT`: a gate from a data set's training radiographs, and
 * what it makes of those patients that it was not fitted to. The same folder gives the same bytes.
 */
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { requireWritable, writeNamedFile } from "../../files.ts";
import { startProgress } from "../../progress.ts";
import { printJson, printPage, warn } from "../../show/output.ts";

interface FitCommandOptions {
  data: string;
  out: string;
  population: string;
  json?: boolean;
}

export function addFit(gate: Command): void {
  gate
    .command("fit")
    .description("fit a gate to the training radiographs of a folder")
    .requiredOption("--data <dir>", "a folder with NORMAL/ and PNEUMONIA/, or with train/ that holds them")
    .requiredOption("--out <file>", "the gate's file, .rlg")
    .requiredOption("--population <text>", "whom the radiographs show and where from, in a few words")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      '\nExample:\n  radlite gate fit --data chest_xray --out gate.rlg --population "children of one to five years, one hospital"',
    )
    .action(fit);
}

async function fit({ data, out, population, json }: FitCommandOptions): Promise<void> {
  const { requirePopulation } = await import("@radlite/model/verdict/gate");
  const { fitGate, loadGatePixels, makeSample, reportFit } = await import("@radlite/training/gate");
  const { makeWritable } = await import("@radlite/training/writable-folder");
  const { listRadiographs } = await import("@radlite/training/data");
  const { digestOf } = await import("@radlite/registry/bundle");
  const { formatGateTable } = await import("../../show/gate-table.ts");
  // Before the minute that the fit takes.
  requirePopulation(population);
  await makeWritable(dirname(resolve(out)), out);
  await requireWritable(out, [data]);
  const withBar = async <T>(
    what: string,
    work: (onProgress: (done: number, total: number) => void) => Promise<T>,
  ) => {
    const bar = startProgress(what);
    return work(bar.update).finally(bar.stop);
  };
  const listing = await withBar("files read", (onProgress) => listRadiographs(data, "train", onProgress));
  const pixels = await withBar("radiographs decoded", (onProgress) =>
    loadGatePixels(listing.images, { onProgress }),
  );
  const sample = await withBar("radiographs changed", (onProgress) => makeSample(pixels, { onProgress }));
  const fitted = await withBar("fits", (onProgress) => fitGate(sample, { population, onProgress }));
  await writeNamedFile(out, fitted.bytes);

  const rows = reportFit(sample, fitted);
  const patients = new Set(pixels.images.map(({ patient }) => patient)).size;
  const [sha256, sizeBytes, radiographs] = [
    digestOf(fitted.bytes),
    fitted.bytes.length,
    pixels.images.length,
  ];
  for (const { file, reason } of [...listing.unreadable, ...pixels.unreadable])
    warn(`left out ${file}: ${reason}`);
  if (json) {
    printJson({ out, sha256, sizeBytes, population, radiographs, patients, rows });
    return;
  }
  printPage(
    [
      `${out}: ${sizeBytes} bytes, SHA-256 ${sha256}`,
      `fitted to ${radiographs} radiographs of ${patients} patients: ${population}`,
      "Judged by gates that were fitted without the patient:",
      formatGateTable(rows),
    ].join("\n\n"),
  );
}
