/**
 * From a radiograph's bytes to the network's input without standing in anybody's way: the largest pictures take
 * seconds of arithmetic, in which a server that shares one event loop would answer nobody. So it is done in threads,
 * which lie beside the function where one process answers many requests. On AWS Lambda a process answers one at a
 * time; there the threads are left out of the zip, and their start out of a cold one.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { fromPlainError, type PlainError } from "@radlite/model/errors";
import type { InputRecipe } from "@radlite/model/format";
import { type LookSize, type PreparedInput, prepareInput as prepareHere } from "@radlite/model/input";
import { takeTurns } from "./turns.ts";

/** Pictures at a time: each may take 0.4 GB, and a processor. */
const AT_ONCE = 2;

/** Holds a turn for everything that a picture needs memory for, from its bytes on. */
export const takeDecodingTurn = takeTurns({ atOnce: AT_ONCE, waiting: 64, patienceMs: 5_000 });

const THREAD = fileURLToPath(new URL("./decoding-thread.mjs", import.meta.url));

export interface PrepareTask {
  bytes: Uint8Array;
  recipe: InputRecipe;
  look: LookSize | undefined;
  viewSide: number | undefined;
}

export type PrepareOutcome = { prepared: PreparedInput } | { error: PlainError };

/** `prepareInput` of model/input, in a thread where there are threads. Within a turn. */
export const prepareInput: typeof prepareHere = existsSync(THREAD) ? prepareInThread : prepareHere;

const idle: Worker[] = [];

async function prepareInThread(
  bytes: Uint8Array,
  recipe: InputRecipe,
  look?: LookSize,
  viewSide?: number,
): Promise<PreparedInput> {
  const worker = idle.pop() ?? startWorker();
  // Memory of its own to hand over: a Buffer, whose slice() copies nothing, may lie in one that others use too.
  const outcome = await run(worker, { bytes: new Uint8Array(bytes), recipe, look, viewSide });
  idle.push(worker);
  if ("error" in outcome) throw fromPlainError(outcome.error);
  return outcome.prepared;
}

/** It does not keep the process alive. */
function startWorker(): Worker {
  const worker = new Worker(THREAD, { execArgv: [] }); // those of the process may be for a program of its own
  worker.unref();
  return worker;
}

/** One that died, for want of memory say, is not used again. */
function run(worker: Worker, task: PrepareTask): Promise<PrepareOutcome> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      settle();
    };
    const onMessage = (outcome: PrepareOutcome) => end(() => resolve(outcome));
    const onError = (error: unknown) => end(() => reject(error));
    const onExit = (code: number) => end(() => reject(new Error(`a decoding thread ended with ${code}`)));
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.postMessage(task, [task.bytes.buffer as ArrayBuffer]);
  });
}
