/**
 * The process that meets the inputs, and may die of them. It ends with 0 when its range is done, with a line of
 * JSON and 3 at the first breach of a law: whoever started it goes on behind that input with a new one.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { openJournal } from "./journal.ts";
import { type Breach, examine, peakMegabytes } from "./laws.ts";
import type * as Readers from "./readers.ts";
import type { Target, TargetName } from "./target.ts";

export const BREACH_EXIT = 3;
/** An input could not be made: a mistake of the fuzzing's own. */
export const OWN_MISTAKE_EXIT = 4;

/** The work of one process: a range of inputs, or one that was kept in a file. */
export interface Job {
  target: TargetName;
  /** Bundle of readers.ts. */
  readers: string;
  journal: string;
  inputs: { seed: number; from: number; to: number; untilMs: number } | { file: string };
  /** Where to put what V8 counted of the bundle. */
  coverage?: string;
}

/** Does `job` and ends the process. The product is imported once coverage counts. */
export async function work(
  job: Job,
  createTarget: (name: TargetName, readers: typeof Readers) => Promise<Target>,
): Promise<never> {
  const session = job.coverage === undefined ? undefined : await startCoverage();
  const readers: typeof Readers = await import(job.readers);
  const target = await createTarget(job.target, readers);
  const breach = await examineAll(job, target, (error) => error instanceof readers.RadliteError);
  if (session !== undefined) await writeCoverage(session, job);
  if (breach !== undefined) process.stdout.write(`${JSON.stringify(breach)}\n`);
  process.exit(breach === undefined ? 0 : BREACH_EXIT);
}

async function examineAll(
  { inputs, journal: journalFile }: Job,
  target: Target,
  isRefusal: (error: unknown) => boolean,
): Promise<Breach | undefined> {
  const { from, to, untilMs, inputOf } =
    "file" in inputs
      ? { from: 0, to: 1, untilMs: Number.POSITIVE_INFINITY, inputOf: () => readFileSync(inputs.file) }
      : { ...inputs, inputOf: (index: number) => target.generate(inputs.seed, index) };
  const journal = openJournal(journalFile, "w");
  const entry = {
    index: from,
    startedMs: Date.now(),
    read: 0,
    refused: 0,
    passedHeader: 0,
    slowestMs: 0,
    slowestIndex: from,
    peakMegabytes: peakMegabytes(),
  };
  const starter = process.ppid;
  let breach: Breach | undefined;
  // A worker whose starter is gone works for nobody.
  while (process.ppid === starter && breach === undefined && entry.index < to && Date.now() < untilMs) {
    const bytes = make(inputOf, entry.index);
    entry.startedMs = Date.now();
    journal.write(entry);
    const examination = await examine(target, bytes, isRefusal);
    entry[examination.outcome]++;
    if (examination.passedHeader) entry.passedHeader++;
    if (examination.milliseconds > entry.slowestMs) {
      entry.slowestMs = examination.milliseconds;
      entry.slowestIndex = entry.index;
    }
    entry.peakMegabytes = peakMegabytes();
    entry.index++;
    breach = examination.breach;
  }
  journal.write(entry);
  journal.close();
  return breach;
}

function make(inputOf: (index: number) => Uint8Array, index: number): Uint8Array {
  try {
    return inputOf(index);
  } catch (error) {
    console.error(`input ${index} could not be made:`, error);
    process.exit(OWN_MISTAKE_EXIT);
  }
}

async function startCoverage(): Promise<Session> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  return session;
}

async function writeCoverage(session: Session, { readers, coverage }: Job): Promise<void> {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  writeFileSync(coverage!, JSON.stringify(result.filter(({ url }) => url.endsWith(readers))));
  session.disconnect();
}
