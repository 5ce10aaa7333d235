/**
 * `radlite data fetch SOURCE --out DIR`: a public collection as a folder that `radlite train --data` reads. The
 * archive stays in the cache, so that a second folder needs no network; a fetch that was interrupted goes on.
 */
import { dirname, resolve } from "node:path";
import type { FetchedDataset } from "@radlite/training/fetch";
import type { Command } from "commander";
import { describeChecking, fetchWithProgress } from "../../fetching.ts";
import { startProgress } from "../../progress.ts";
import { formatCount, printJson, printPage } from "../../show/output.ts";

interface FetchOptions {
  out: string;
  mirror?: string;
  cache?: string;
  json?: boolean;
}

const SOURCES = `
Sources (all CC BY 4.0; Kermany et al., Cell 172(5), 2018):
  chest-xray           the authors' archive on Mendeley Data, 1.2 GB, full-size JPEG
  chest-xray-tfrecord  the same files in TFRecord files, where that archive cannot be reached
  pneumoniamnist-28, pneumoniamnist-64, pneumoniamnist-128, pneumoniamnist-224
                       MedMNIST's, cropped and shrunk to so many pixels; says nothing of patients

Example:
  radlite data fetch chest-xray --out chest_xray`;

export function addFetch(data: Command): void {
  data
    .command("fetch")
    .description("fetch a public collection and unpack it as train/ and test/; an interrupted fetch goes on")
    .argument("<source>", "one of the sources below")
    .requiredOption("--out <dir>", "the folder to make; it must not be there, or be empty")
    .option("--mirror <url>", "read the files below this address instead of the official one")
    .option(
      "--cache <dir>",
      "where archives are kept (default: .cache/downloads, or downloads in RADLITE_CACHE)",
    )
    .option("--json", "print one JSON object")
    .addHelpText("after", SOURCES)
    .action(fetchData);
}

async function fetchData(name: string, { out, mirror, cache, json }: FetchOptions): Promise<void> {
  const { fetchDataset, findDatasetSource } = await import("@radlite/training/fetch");
  const { findCacheFolder } = await import("@radlite/training/cache");
  const { makeWritable } = await import("@radlite/training/writable-folder");
  const source = findDatasetSource(name);
  const folder = cache ?? findCacheFolder("downloads");
  await makeWritable(folder);
  await makeWritable(dirname(resolve(out)), out);
  const unpacking = startProgress("entries unpacked");
  const fetched = await fetchWithProgress(name, (reporting) =>
    fetchDataset(source, {
      ...reporting,
      outFolder: out,
      mirror,
      folder,
      onUnpack: (done, total) => {
        reporting.stopBar();
        unpacking.update(done, total);
      },
    }),
  ).finally(unpacking.stop);
  if (json) printJson({ source: name, licence: source.licence, page: source.page, ...fetched });
  else printPage([...describeFolder(fetched), `${source.licence}, ${source.page}`].join("\n"));
}

function describeFolder({ folder, counts, files, skipped }: FetchedDataset): string[] {
  const sets = Object.entries(counts).map(
    ([set, [normal, pneumonia]]) =>
      `  ${set.padEnd(5)}  ${formatCount(normal)} NORMAL, ${formatCount(pneumonia)} PNEUMONIA`,
  );
  return [
    `${folder} ${files.length === 0 ? "was there already" : "is ready"}`,
    ...sets,
    ...files.map((file) => `from ${file.path}, ${describeChecking(file)}`),
    ...(skipped.length > 0 ? [`left out, as no images of the set: ${skipped.join(", ")}`] : []),
  ];
}
