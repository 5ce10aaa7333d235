/**
 * Campaign: a range of inputs down one target, whatever they do to the process that meets them. A worker that
 * breaks a law, dies or stands still costs its input, which is kept and tried again alone; a new worker goes on
 * behind it. One worker at a time: one core.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Entry, openJournal } from "./journal.ts";
import { type Breach, LIMIT_MEGABYTES } from "./laws.ts";
import type { TargetName } from "./target.ts";
import { BREACH_EXIT, type Job, OWN_MISTAKE_EXIT } from "./work.ts";

/** A worker that stays with an input for so long stands still, even on a machine that twenty others use. */
const HANG_MS = 60_000;
const LOOK_EVERY_MS = 200;
/** A target that fails this often has been understood. */
const MOST_FAILURES = 10;
/** The limit of V8's heap; the rest of the limit is for typed arrays and native code. */
const HEAP_MEGABYTES = LIMIT_MEGABYTES / 2;

/** What serverless.yml gives the function that reads strangers' files. */
const AS_DEPLOYED = { MALLOC_ARENA_MAX: "1" };

/** Where workers come from and leave what they find. */
export interface Workplace {
  /** By default HANG_MS. */
  hangMs?: number;
  /** Bundles of worker.ts and readers.ts. */
  worker: string;
  readers: string;
  /** For journals and coverage; emptied by whoever made it. */
  scratch: string;
  /** Where inputs that fail are kept. */
  keep: string;
}

export interface Failure extends Breach {
  file: string;
  /** Whether the input fails in a process of its own, too. */
  alone: boolean;
}

export interface Campaign {
  target: TargetName;
  inputs: number;
  read: number;
  refused: number;
  passedHeader: number;
  slowest: { milliseconds: number; index: number };
  peakMegabytes: number;
  seconds: number;
  failures: Failure[];
  /** Slow once and fast alone: the machine was busy. */
  slowOnce: number;
  coverageFiles: string[];
}

export interface CampaignOptions {
  target: TargetName;
  seed: number;
  count: number;
  untilMs?: number;
  /** Makes an input again, to keep it. */
  inputOf: (index: number) => Promise<Uint8Array>;
  onProgress?: (done: number) => void;
}

/** Runtimes without WebAssembly read files in TypeScript alone: a share of the artifacts is theirs. */
const WITHOUT_KERNELS = "--no-expose-wasm";
const MOST_WITHOUT_KERNELS = 5000;

export async function runCampaign(workplace: Workplace, options: CampaignOptions): Promise<Campaign> {
  const { target, seed, count, untilMs = 8.64e15, inputOf, onProgress = () => {} } = options;
  const startedMs = Date.now();
  const campaign: Campaign = {
    target,
    inputs: 0,
    read: 0,
    refused: 0,
    passedHeader: 0,
    peakMegabytes: 0,
    seconds: 0,
    slowest: { milliseconds: 0, index: 0 },
    failures: [],
    slowOnce: 0,
    coverageFiles: [],
  };
  const plain = target === "format" ? Math.min(MOST_WITHOUT_KERNELS, Math.floor(count / 10)) : 0;
  while (campaign.inputs < count && Date.now() < untilMs && campaign.failures.length < MOST_FAILURES) {
    const coverage = join(workplace.scratch, `${target}-${campaign.inputs}.json`);
    const isPlain = campaign.inputs < plain;
    const { entry, breach } = await runWorker(
      workplace,
      { target, inputs: { seed, from: campaign.inputs, to: isPlain ? plain : count, untilMs }, coverage },
      { onProgress, isPlain },
    );
    if (existsSync(coverage)) campaign.coverageFiles.push(coverage);
    addEntry(campaign, entry);
    if (breach === undefined) continue;
    const file = join(workplace.keep, `${target}-${seed}-${campaign.inputs - 1}.bin`);
    mkdirSync(workplace.keep, { recursive: true });
    writeFileSync(file, await inputOf(campaign.inputs - 1));
    const again = await replay(workplace, target, file);
    if (again === undefined && (breach.kind === "slow" || breach.kind === "hang")) {
      campaign.slowOnce++;
      rmSync(file);
    } else campaign.failures.push({ ...breach, file, alone: again !== undefined });
  }
  campaign.seconds = (Date.now() - startedMs) / 1000;
  return campaign;
}

/** What an input that was kept does in a process of its own, or without kernels; undefined where it keeps the laws. */
export async function replay(
  workplace: Workplace,
  target: TargetName,
  file: string,
): Promise<Breach | undefined> {
  const work = { target, inputs: { file } };
  const { breach } = await runWorker(workplace, work);
  if (breach !== undefined || target !== "format") return breach;
  return (await runWorker(workplace, work, { isPlain: true })).breach;
}

interface Ended {
  /** `index` is behind the last input that was met. */
  entry: Entry;
  breach: Breach | undefined;
}

async function runWorker(
  { worker, readers, scratch, hangMs = HANG_MS }: Workplace,
  work: Pick<Job, "target" | "inputs" | "coverage">,
  { onProgress = () => {}, isPlain = false }: { onProgress?: (done: number) => void; isPlain?: boolean } = {},
): Promise<Ended> {
  const journalFile = join(scratch, `journal-${process.pid}`);
  writeFileSync(journalFile, "");
  const journal = openJournal(journalFile, "r");
  const job: Job = { ...work, readers, journal: journalFile };
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${HEAP_MEGABYTES}`,
      ...(isPlain ? [WITHOUT_KERNELS] : []),
      worker,
      JSON.stringify(job),
    ],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...AS_DEPLOYED } },
  );
  const said = collect(child);
  let hangs = false;
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? 1));
  });
  while (child.exitCode === null && child.signalCode === null) {
    await Promise.race([ended, sleep(LOOK_EVERY_MS)]);
    const entry = journal.read();
    if (entry !== undefined) onProgress(entry.index);
    if (entry !== undefined && Date.now() - entry.startedMs > hangMs && !hangs) {
      hangs = true;
      child.kill("SIGKILL");
    }
  }
  const end = await ended;
  const entry = journal.read();
  journal.close();
  if (entry === undefined || end === OWN_MISTAKE_EXIT)
    throw new Error(`the worker for ${work.target} failed (${end}): ${said.errors}`);
  if (end === 0) return { entry, breach: undefined };
  if (end === BREACH_EXIT) return { entry, breach: JSON.parse(said.output) };
  const breach: Breach = hangs
    ? { kind: "hang", message: `no end after ${hangMs} ms` }
    : { kind: "crash", message: `the process ended with ${end}: ${said.errors.slice(-2000)}` };
  return { entry: { ...entry, index: entry.index + 1, refused: entry.refused + 1 }, breach };
}

function collect(child: ChildProcess): { output: string; errors: string } {
  const said = { output: "", errors: "" };
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    said.output += text;
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    said.errors += text;
  });
  return said;
}

function addEntry(campaign: Campaign, entry: Entry): void {
  campaign.inputs = entry.index;
  campaign.read += entry.read;
  campaign.refused += entry.refused;
  campaign.passedHeader += entry.passedHeader;
  campaign.peakMegabytes = Math.max(campaign.peakMegabytes, entry.peakMegabytes);
  if (entry.slowestMs > campaign.slowest.milliseconds)
    campaign.slowest = { milliseconds: entry.slowestMs, index: entry.slowestIndex };
}
