/**
 * `radlite weights fetch NAME`: one file into the cache, where `radlite train` finds it. A second call reads
 * nothing from the network; one that was interrupted goes on.
 */
import type { Command } from "commander";
import { describeChecking, fetchWithProgress } from "../../fetching.ts";
import { print, printJson } from "../../show/output.ts";

interface FetchOptions {
  mirror?: string;
  cache?: string;
  json?: boolean;
}

export function addFetch(weights: Command): void {
  weights
    .command("fetch")
    .description("fetch weights into the cache; an interrupted fetch goes on")
    .argument("<name>", "as `radlite weights list` has it")
    .option("--mirror <url>", "read the file below this address instead of the official one")
    .option("--cache <dir>", "where it is kept (default: .cache/downloads, or downloads in RADLITE_CACHE)")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite weights fetch mobilenet")
    .action(fetchByName);
}

async function fetchByName(name: string, { mirror, cache, json }: FetchOptions): Promise<void> {
  const { findPublished } = await import("@radlite/training/fetch");
  const published = findPublished(name);
  const { fetchWeights } = await import("@radlite/training/published-weights");
  const fetched = await fetchWithProgress(published.file.name, (options) =>
    fetchWeights(published, { ...options, mirror, folder: cache }),
  );
  if (json) {
    printJson({ name, ...fetched });
    return;
  }
  print(
    `${fetched.path} ${fetched.wasCached ? "was there already" : "is ready"}: ${describeChecking(fetched)}`,
  );
}
