/**
 * The thread that makes batches while the network trains on earlier ones. It is given the plan once, then
 * answers each request, in order, with the batch or with what went wrong.
 */
import { parentPort, workerData } from "node:worker_threads";
import { type Batch, type BatchPlan, makeBatch } from "./batch.ts";

export interface BatchRequest {
  epoch: number;
  step: number;
}

export type BatchAnswer = BatchRequest & ({ batch: Batch } | { error: unknown });

const port = parentPort;
if (port === null) throw new Error("batch-worker runs as a worker thread only");
const plan = workerData as BatchPlan;

port.on("message", ({ epoch, step }: BatchRequest) => {
  try {
    const batch = makeBatch(plan, epoch, step);
    const answer: BatchAnswer = { epoch, step, batch };
    port.postMessage(answer, [batch.inputs.buffer as ArrayBuffer]);
  } catch (error) {
    port.postMessage({ epoch, step, error } satisfies BatchAnswer);
  }
});
