/**
 * A campaign: several processes of writers on one store, killed (-9) and stopped for a while at moments that follow
 * from a seed, and started again each time. Ends when every writer was told all it was to be told.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { createNumbers } from "../model/networks.ts";
import type { Job } from "./writer.ts";

export interface Plan {
  commits: number;
  writers: number;
  kills: number;
  seed: number;
}

export interface CampaignOptions {
  plan: Plan;
  address: string;
  environment: Readonly<Record<string, string>>;
  /** The bundled writer.ts. */
  program: string;
  /** For the journals and what processes say. */
  folder: string;
  onProgress(answered: number): void;
}

export interface Campaign {
  kills: number;
  /** Processes that were stopped for a while, and went on. */
  pauses: number;
}

const WRITERS_OF_A_PROCESS = 7;
const LONGEST_PAUSE_MS = 800;
/** After the moment at which a kill is due, so that it falls anywhere in a request. */
const LONGEST_WAIT_MS = 60;
/** Nobody was answered for so long: something hangs, also on a machine on which much else runs. */
const PATIENCE_MS = 300_000;

interface Member {
  job: Job;
  child: ChildProcess;
  ended: Promise<number | NodeJS.Signals>;
}

export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const { plan, folder, onProgress } = options;
  const numbers = createNumbers(plan.seed);
  const answered = new Map<number, number>();
  let [total, answeredMs] = [0, Date.now()];
  await mkdir(folder, { recursive: true });

  const start = (job: Job): Member =>
    startMember(job, options, (writer, count) => {
      total += count - (answered.get(writer) ?? 0);
      answered.set(writer, count);
      answeredMs = Date.now();
      onProgress(total);
    });
  const members = shareOut(options).map(start);
  const isRunning = ({ child }: Member) => child.exitCode === null && child.signalCode === null;
  /** Is not about to end by itself. */
  const isBusy = (member: Member) =>
    isRunning(member) && member.job.quotas.some(([writer, quota]) => (answered.get(writer) ?? 0) < quota);

  /** Until so many were answered. @returns false when all processes have ended first. */
  async function reach(count: number): Promise<boolean> {
    while (total < count && members.some(isRunning)) {
      for (const { child, job } of members) {
        if (child.exitCode) throw new Error(await explain(folder, job, child.exitCode));
      }
      if (Date.now() - answeredMs > PATIENCE_MS) throw new Error("nobody was answered for five minutes");
      await delay(10);
    }
    return members.some(isRunning);
  }

  const campaign: Campaign = { kills: 0, pauses: 0 };
  const killAll = () => {
    for (const { child } of members) child.kill("SIGKILL");
  };
  process.once("exit", killAll);
  try {
    for (const count of chooseMoments(plan)) {
      if (!(await reach(count))) break;
      await delay(numbers.whole(0, LONGEST_WAIT_MS));
      const busy = members.filter(isBusy);
      if (busy.length === 0) break;
      void pause(numbers.pick(busy).child, numbers.whole(20, LONGEST_PAUSE_MS));
      campaign.pauses++;
      const victim = numbers.pick(busy);
      victim.child.kill("SIGKILL");
      if ((await victim.ended) === "SIGKILL") campaign.kills++;
      members[members.indexOf(victim)] = start({ ...victim.job, start: victim.job.start + 1 });
    }
    await reach(Number.POSITIVE_INFINITY);
    for (const { ended, job } of members) {
      const code = await ended;
      if (code !== 0) throw new Error(await explain(folder, job, code));
    }
  } finally {
    killAll();
    process.off("exit", killAll);
  }
  return campaign;
}

/** Numbers of answers at which a process is killed. The last one falls before the first process could be done. */
function chooseMoments({ commits, kills, seed }: Plan): number[] {
  const numbers = createNumbers(seed + 1);
  const last = Math.max(1, Math.floor(commits * 0.9));
  return Array.from({ length: kills }, () => numbers.whole(1, last)).sort((a, b) => a - b);
}

function shareOut({ plan, address, folder }: CampaignOptions): Job[] {
  const { commits, writers, seed } = plan;
  const quotas = Array.from({ length: writers }, (_, i): [number, number] => [
    i + 1,
    Math.floor(commits / writers) + (i < commits % writers ? 1 : 0),
  ]);
  const count = Math.ceil(writers / WRITERS_OF_A_PROCESS);
  return Array.from({ length: count }, (_, i) => ({
    address,
    journals: folder,
    quotas: quotas.filter((__, k) => k % count === i),
    seed,
    start: i * 1_000,
  }));
}

function startMember(
  job: Job,
  { program, environment, folder }: CampaignOptions,
  onAnswer: (writer: number, answered: number) => void,
): Member {
  const said = openSync(saidOf(folder, job), "a");
  const child = spawn(process.execPath, [program, JSON.stringify(job)], {
    env: { ...process.env, ...environment, UV_THREADPOOL_SIZE: "8" },
    stdio: ["ignore", "pipe", said],
  });
  closeSync(said);
  createInterface(child.stdout!).on("line", (line) => {
    const [writer, answered] = line.split(" ").map(Number);
    onAnswer(writer!, answered!);
  });
  const ended = once(child, "close").then(([code, signal]) => code ?? signal);
  return { job, child, ended };
}

async function pause(child: ChildProcess, milliseconds: number): Promise<void> {
  child.kill("SIGSTOP");
  await delay(milliseconds);
  child.kill("SIGCONT");
}

const saidOf = (folder: string, { start }: Job): string =>
  join(folder, `process-${Math.floor(start / 1_000)}.log`);

async function explain(folder: string, job: Job, code: number | string): Promise<string> {
  const said = (await readFile(saidOf(folder, job), "utf8")).trim().split("\n").slice(-12).join("\n");
  return `a process of writers ended with ${code}:\n${said}`;
}
