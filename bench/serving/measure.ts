/**
 * Measuring on a machine that does other things too: processor time instead of the clock, contestants by turns,
 * and the median of their rounds.
 */
import { type ChildProcess, execFile, fork } from "node:child_process";
import { promisify } from "node:util";
import type { Cost } from "./cost.ts";
import type { PeerName } from "./peers/peer.ts";
import type { Answer, Order } from "./process.ts";

/** A processor time in milliseconds, however it comes about. */
export type Sample = () => number | Promise<number>;

/** Median sample of each contestant, all by turns; the first round warms up and does not count. */
export async function compareMedians<Name extends string>(
  contestants: Record<Name, Sample>,
  { rounds }: { rounds: number },
): Promise<Record<Name, number>> {
  const names = Object.keys(contestants) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const sample = await contestants[name]();
      if (round > 0) samples[name].push(sample);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(samples[name])])) as Record<Name, number>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Processor time of this process for `times` calls, divided by them. */
export async function timeCalls(call: () => unknown, times: number): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) {
    const pending = call();
    if (pending instanceof Promise) await pending;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / times;
}

export interface PeerProcess {
  name: PeerName;
  load(folder: string, imageLength: number): Promise<Answer>;
  run(times: number): Promise<Answer>;
  stop(): void;
}

/** One thread each, and no certificates to read at the start, which would count as the peer's. */
const ENVIRONMENT = {
  ...process.env,
  TF_NUM_INTRAOP_THREADS: "1",
  TF_NUM_INTEROP_THREADS: "1",
  OMP_NUM_THREADS: "1",
  TF_CPP_MIN_LOG_LEVEL: "3",
  NODE_EXTRA_CA_CERTS: "",
};

export async function startPeer(programs: string, name: PeerName): Promise<PeerProcess> {
  const child = fork(`${programs}/process.mjs`, [`${programs}/peer-${name}.mjs`], {
    env: ENVIRONMENT,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await answer(child, name);
  const order = (message: Order): Promise<Answer> => {
    child.send(message);
    return answer(child, name);
  };
  return {
    name,
    load: (folder, image) => order({ kind: "load", folder, image }),
    run: (times) => order({ kind: "run", times }),
    stop: () => void child.kill(),
  };
}

/** What a cold process costs from its start to its answer: `program` and its arguments. */
export async function runCold(command: readonly string[]): Promise<Cost> {
  const { stdout } = await promisify(execFile)(process.execPath, [...command], { env: ENVIRONMENT });
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as Cost;
}

function answer(child: ChildProcess, name: PeerName): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const end = (code: number | null): void => reject(new Error(`the process of ${name} ended with ${code}`));
    child.once("exit", end);
    child.once("message", (message) => {
      child.off("exit", end);
      resolve(message as Answer);
    });
  });
}
