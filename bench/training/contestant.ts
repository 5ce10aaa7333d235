/** A contestant: a process that learns by lines of JSON what to build and how many steps to take. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { BenchNetwork } from "./networks.ts";

export interface StepTime {
  /** Processor time of a step. */
  cpuMs: number;
  wallMs: number;
}

export interface Contestant {
  version: string;
  /** How many numbers the network has. */
  load(network: BenchNetwork): Promise<number>;
  run(steps: number): Promise<StepTime>;
  stop(): void;
}

/** As a `radlite train` has them, for both; `GLIBC_TUNABLES= npm run bench:training` measures without (ADR 311). */
const HUGE_PAGES = process.env.GLIBC_TUNABLES ?? "glibc.malloc.hugetlb=1";

export async function startContestant(
  command: readonly [program: string, ...args: string[]],
  { threads }: { threads: number },
): Promise<Contestant> {
  const [program, ...args] = command;
  const count = String(threads);
  const env = {
    ...process.env,
    OMP_NUM_THREADS: count,
    TF_NUM_INTRAOP_THREADS: count,
    TF_NUM_INTEROP_THREADS: count,
    TF_CPP_MIN_LOG_LEVEL: "3",
    CUDA_VISIBLE_DEVICES: "-1",
    GLIBC_TUNABLES: HUGE_PAGES,
  };
  const child = spawn(program, args, { env, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${program} ended with code ${child.exitCode}`);
    return JSON.parse(value) as T;
  };
  const ask = <T>(order: unknown): Promise<T> => {
    child.stdin.write(`${JSON.stringify(order)}\n`);
    return read<T>();
  };
  return {
    ...(await read<{ version: string }>()),
    load: async (network) => (await ask<{ parameters: number }>({ load: network })).parameters,
    run: (steps) => ask<StepTime>({ run: steps }),
    stop: () => void child.kill(),
  };
}
