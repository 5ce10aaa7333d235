/** The files of a source, scored by threads and written in their order. */
import { loadVerdictModel } from "@radlite/model/verdict";
import type { Audit } from "../audit.ts";
import { startProgress } from "../progress.ts";
import { stopOnSignals } from "../signals.ts";
import type { ScoreFile } from "./score-file.ts";
import type { ScoredFile } from "./scorer.ts";
import { count, type Tally } from "./tally.ts";
import type { ThreadData } from "./thread.ts";
import { startThreads } from "./threads.ts";

/** Files that may be done before the first of them is, for each that is worked on: a slow one holds up few others. */
const AHEAD = 16;

const AUDITED_AT_ONCE = 100;
const FLUSH_MS = 2_000;

export interface ScoreAllOptions {
  /** Counts what is written. */
  tally: Tally;
  workers: number;
  data: ThreadData;
  audit?: Audit | undefined;
}

/**
 * Those of `files` that have no line yet. Ctrl-C ends it after the lines that were ready.
 * @returns how many, and how long they took after the threads had opened the model, on all processors too
 * @throws BAD_ARTIFACT before anything is read; UNAVAILABLE or REFUSED where no file can be read.
 */
export async function scoreAll(
  files: readonly string[],
  output: ScoreFile,
  { tally, workers, data, audit }: ScoreAllOptions,
): Promise<{ scored: number; seconds: number; processorSeconds: number }> {
  await loadVerdictModel(data.model.artifact, data.model.title); // what is no model is said once
  const left = files.filter((file) => !output.before.has(file));
  const signal = stopOnSignals("Stopped; the same command goes on from the last line.");
  const progress = startProgress("files");
  const threads = startThreads(Math.min(workers, left.length), data);
  await threads.opened;
  const startedMs = performance.now();
  const usedBefore = process.cpuUsage(); // by threads too
  /** With an audit many at a time: an object of the store for each line would be slower than the lines. */
  const batch = audit ? AUDITED_AT_ONCE : 1;
  const ready: ScoredFile[] = [];
  let writtenMs = startedMs;

  /** The audit before the line, so that none is there which the audit does not know. */
  async function write(scored: readonly ScoredFile[]): Promise<void> {
    for (const line of await addAudit(audit, scored)) {
      await output.write(line);
      count(tally, line);
    }
    writtenMs = performance.now();
  }

  try {
    const pending: Promise<ScoredFile>[] = [];
    for (let next = 0, done = 0; done < left.length && !signal.aborted; done++) {
      while (next < left.length && pending.length < AHEAD * threads.room) {
        const asked = threads.score(left[next++]!);
        asked.catch(() => undefined); // whoever comes to it hears of it
        pending.push(asked);
      }
      ready.push(await pending.shift()!);
      if (ready.length < batch && performance.now() - writtenMs < FLUSH_MS) continue;
      await write(ready.splice(0));
      progress.update(done + 1, left.length);
    }
    await write(ready);
  } finally {
    progress.stop();
    await threads.close();
  }
  signal.throwIfAborted();
  const used = process.cpuUsage(usedBefore);
  return {
    scored: left.length,
    seconds: (performance.now() - startedMs) / 1000,
    processorSeconds: (used.user + used.system) / 1e6,
  };
}

async function addAudit(
  audit: Audit | undefined,
  scored: readonly ScoredFile[],
): Promise<readonly ScoredFile[]> {
  const answers = scored.flatMap((line) => ("answer" in line ? [line.answer] : []));
  if (!audit || answers.length === 0) return scored;
  const audited = await audit.record(answers);
  return scored.map((line) => ("answer" in line ? { ...line, answer: { ...line.answer, audited } } : line));
}
