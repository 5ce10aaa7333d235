/** `radlite weights list`: what can be fetched by name, and what of it is in the cache. Reads no network. */
import { RadliteError } from "@radlite/model/errors";
import type { Command } from "commander";
import { formatCount, formatTable, printJson, printPage, warn } from "../../show/output.ts";

export function addList(weights: Command): void {
  weights
    .command("list")
    .description("list the weights that can be fetched, and those that are there")
    .option("--cache <dir>", "where they are kept (default: .cache/downloads, or downloads in RADLITE_CACHE)")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  radlite weights list")
    .action(list);
}

async function list({ cache, json }: { cache?: string; json?: boolean }): Promise<void> {
  const { PUBLISHED_WEIGHTS } = await import("@radlite/training/fetch");
  const { findWeights } = await import("@radlite/training/published-weights");
  const listed = [];
  for (const weights of PUBLISHED_WEIGHTS) {
    const { url, pin } = weights.file;
    const fetched = await findWeights(weights, cache).catch(warnOfWrongFile);
    const { path, sizeBytes } = fetched ?? {};
    listed.push({
      name: weights.name,
      url,
      ...(pin ? { [pin.algorithm]: pin.digest, publishedBy: pin.by } : {}),
      path,
      sizeBytes,
    });
  }
  if (json) printJson({ weights: listed });
  else printPage(formatTable([["name", "hash from", "bytes here", "file"], ...listed.map(describe)]));
}

/** One wrong file in the cache is no reason to hide the others. */
function warnOfWrongFile(error: unknown): void {
  if (!(error instanceof RadliteError)) throw error;
  warn(error.message);
}

interface Listed {
  name: string;
  url: string;
  publishedBy?: string;
  sizeBytes: number | undefined;
}

function describe({ name, url, publishedBy = "nobody", sizeBytes }: Listed): string[] {
  const file = url.slice(url.lastIndexOf("/") + 1);
  return [name, publishedBy, sizeBytes === undefined ? "" : formatCount(sizeBytes), file];
}
