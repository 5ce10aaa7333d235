/**
 * The laws of fuzzing, for one input: nothing but a RadliteError leaves, within a second, and the process never
 * takes more than 512 MB. A hang and a crash are seen from outside (campaign.ts).
 */
import { performance } from "node:perf_hooks";
import type { Target } from "./target.ts";

export const LIMIT_MS = 1000;
export const LIMIT_MEGABYTES = 512;

export const BREACHES = ["error", "slow", "memory", "crash", "hang"] as const;

export interface Breach {
  kind: (typeof BREACHES)[number];
  message: string;
}

export interface Examination {
  outcome: "read" | "refused";
  passedHeader: boolean;
  /** The time of the product's work alone. */
  milliseconds: number;
  breach?: Breach;
}

/** Sends one input down a target. `isRefusal` tells the product's own errors from mistakes. */
export async function examine(
  target: Target,
  bytes: Uint8Array,
  isRefusal: (error: unknown) => boolean,
): Promise<Examination> {
  const stop = startTimer();
  let outcome: Examination["outcome"] = "read";
  let breach: Breach | undefined;
  try {
    await target.read(bytes);
  } catch (error) {
    outcome = "refused";
    if (!isRefusal(error)) breach = { kind: "error", message: describe(error) };
  }
  const milliseconds = stop();
  const megabytes = peakMegabytes();
  if (breach === undefined && milliseconds > LIMIT_MS)
    breach = { kind: "slow", message: `took ${Math.round(milliseconds)} ms, expected at most ${LIMIT_MS}` };
  if (breach === undefined && megabytes > LIMIT_MEGABYTES)
    breach = {
      kind: "memory",
      message: `the process took ${Math.round(megabytes)} MB, expected at most ${LIMIT_MEGABYTES}`,
    };
  const passedHeader = outcome === "read" || (await target.passesHeader(bytes));
  return { outcome, passedHeader, milliseconds, ...(breach === undefined ? {} : { breach }) };
}

/** The most memory that this process ever took. */
export function peakMegabytes(): number {
  return process.resourceUsage().maxRSS / 1024;
}

/**
 * The lesser of clock and processor: on a busy machine the clock goes on while others work, and the processor's
 * time counts what the collector and the compiler do beside.
 */
function startTimer(): () => number {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  return () => {
    const elapsedMs = performance.now() - startedMs;
    const { user, system } = process.cpuUsage(before);
    return Math.min(elapsedMs, (user + system) / 1000);
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncause: ${describe(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
