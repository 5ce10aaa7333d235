/** What came of the files so far: the last line of `radlite score`. */
import { VERDICTS } from "@radlite/model/verdict";
import type { ScoredFile } from "./scorer.ts";

export interface Tally {
  files: number;
  /** By verdict. */
  answered: Record<string, number>;
  /** By reason, or by code where there is none. */
  failed: Record<string, number>;
  /** A picture was refused. */
  isRefused: boolean;
}

export function startTally(): Tally {
  const verdicts = [...VERDICTS, "NEEDS_REVIEW"];
  return {
    files: 0,
    answered: Object.fromEntries(verdicts.map((verdict) => [verdict, 0])),
    failed: {},
    isRefused: false,
  };
}

export function count(tally: Tally, scored: ScoredFile): void {
  tally.files++;
  const add = (counts: Record<string, number>, key: string) => {
    counts[key] = (counts[key] ?? 0) + 1;
  };
  if ("answer" in scored) add(tally.answered, scored.answer.verdict);
  else {
    const { code, reason = code } = scored.error;
    add(tally.failed, reason);
    tally.isRefused ||= code === "BAD_INPUT";
  }
}
