/** What the fetching commands share: progress and notes on stderr, a clean stop on Ctrl-C, a word on the hash. */
import type { DownloadOptions, FetchedFile } from "@radlite/training/fetch";
import { startProgress } from "./progress.ts";
import { formatCount, warn } from "./show/output.ts";
import { stopOnSignals } from "./signals.ts";

interface Reporting extends Required<Pick<DownloadOptions, "signal" | "onProgress" | "onNote">> {
  /** Takes the bar away before another is drawn. */
  stopBar: () => void;
}

/** `what` is being fetched, as a bar names it. */
export async function fetchWithProgress<T>(
  what: string,
  act: (options: Reporting) => Promise<T>,
): Promise<T> {
  const signal = stopOnSignals("Stopped; the same command goes on from here.");
  const bar = startProgress(`kB of ${what}`);
  const toKilobytes = (bytes: number) => Math.round(bytes / 1_000);
  try {
    return await act({
      signal,
      onProgress: (received, total = received) => bar.update(toKilobytes(received), toKilobytes(total)),
      onNote: warn,
      stopBar: () => bar.stop(),
    });
  } finally {
    bar.stop();
  }
}

/** `94,790,144 bytes, as published by Keras 2.15`. */
export function describeChecking({ sizeBytes, sha256, checkedAgainst }: FetchedFile): string {
  const held = checkedAgainst
    ? `its hash is the one published by ${checkedAgainst}`
    : `nobody publishes a hash for it; SHA-256 ${sha256} is on record from now on`;
  return `${formatCount(sizeBytes)} bytes; ${held}`;
}
