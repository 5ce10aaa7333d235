/**
 * The threads of `radlite score`. Each works on two files at a time, so that one is read and decoded while the
 * arithmetic of the other goes on; what is asked for beyond that waits here.
 */
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import { fromPlainError } from "@radlite/model/errors";
import type { ScoredFile } from "./scorer.ts";
import type { ThreadAnswer, ThreadData, ThreadTask } from "./thread.ts";

const AT_ONCE = 2;
/** Of Node 20: what decoded pictures are given back by (model/input/decode.ts). From Node 21 on it is there without. */
const TRANSFER_FLAG = "--harmony-rab-gsab-transfer";
const THREAD = new URL("../cli/score-thread.mjs", import.meta.url); // from any bundle in dist/

export interface Threads {
  /** How many files may be asked for before one of the threads has nothing to do. */
  room: number;
  /** Resolves when each thread has opened its model and its source, or has failed, which the first file says. */
  opened: Promise<unknown>;
  /** @throws what ends it all: see `openScorer`. */
  score(file: string): Promise<ScoredFile>;
  close(): Promise<void>;
}

interface Asked extends ThreadTask {
  resolve(scored: ScoredFile): void;
  reject(error: unknown): void;
}

export function startThreads(count: number, data: ThreadData): Threads {
  const waiting: Asked[] = [];
  let asked = 0;
  let failure: unknown;
  // For threads that start after it; a runtime that does not know it says nothing, and goes without.
  if (!("transfer" in ArrayBuffer.prototype)) setFlagsFromString(TRANSFER_FLAG);

  const threads = Array.from({ length: count }, () => {
    const worker = new Worker(THREAD, { workerData: data });
    const running = new Map<number, Asked>();
    let tellOpened!: () => void;
    const opened = new Promise<void>((resolve) => (tellOpened = resolve));

    const takeMore = () => {
      while (running.size < AT_ONCE && waiting.length > 0) {
        const task = waiting.shift()!;
        running.set(task.id, task);
        worker.postMessage({ id: task.id, file: task.file } satisfies ThreadTask);
      }
    };
    const fail = (cause: unknown) => {
      const files = [...running.values()].map(({ file }) => file).join(", ");
      failure ??= new Error(`a thread ended over ${files || "nothing"}`, { cause });
      for (const task of [...running.values(), ...waiting.splice(0)]) task.reject(failure);
      running.clear();
      tellOpened();
    };
    worker.on("message", (answer: ThreadAnswer) => {
      if (answer === "opened") return tellOpened();
      const task = running.get(answer.id)!;
      running.delete(answer.id);
      takeMore();
      if ("scored" in answer) task.resolve(answer.scored);
      else task.reject(fromPlainError(answer.error));
    });
    worker.on("error", fail);
    worker.on("exit", (code) => fail(new Error(`exit code ${code}`)));
    return { worker, takeMore, running, opened };
  });

  return {
    room: AT_ONCE * count,
    opened: Promise.all(threads.map(({ opened }) => opened)),
    score: (file) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) return reject(failure);
        waiting.push({ id: asked++, file, resolve, reject });
        const idlest = threads.reduce((a, b) => (b.running.size < a.running.size ? b : a));
        idlest.takeMore();
      }),
    async close() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}
