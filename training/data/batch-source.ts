/**
 * Batches made ahead on threads of their own, on the cores that training leaves: asking for a step also orders the next few, so that in a run
 * through an epoch a batch is mostly ready when it is asked for. Any step may be asked for at any time.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Recipe } from "../recipes/recipe.ts";
import { type Batch, type BatchPlan, countClasses, countSteps } from "./batch.ts";
import type { BatchAnswer, BatchRequest } from "./batch-worker.ts";
import type { PixelSet } from "./sets.ts";
import { findBatchWorker } from "./worker-file.ts";

export interface BatchSource {
  stepsPerEpoch: number;
  /** Images of each class that an epoch shows, in the mean: NORMAL, PNEUMONIA. */
  counts: [normal: number, pneumonia: number];
  /** Epochs and steps count from 0. Rejects with what stopped a thread, or after `close`. */
  batch(epoch: number, step: number): Promise<Batch>;
  /** Ends the threads; open requests are rejected. */
  close(): Promise<void>;
}

interface Order {
  /** Callers that wait for it; without one it may be dropped when other steps are asked for. */
  waiting: number;
  promise: Promise<Batch>;
  resolve: (batch: Batch) => void;
  reject: (error: unknown) => void;
}

/** More would wait for a network that trains on the GPU as well. */
const MOST_THREADS = 8;

/**
 * Augmented as the recipe says. `threads`: by default one a core, but one. `ahead`: how many batches are made before
 * they are asked for.
 */
export async function openBatchSource(
  pixels: PixelSet,
  recipe: Pick<Recipe, "augment" | "fit" | "groups">,
  {
    seed = recipe.fit.seed,
    threads = Math.min(MOST_THREADS, Math.max(1, availableParallelism() - 1)),
    ahead = 2 + 2 * threads,
    workerFile,
  }: { seed?: number; threads?: number; ahead?: number; workerFile?: URL } = {},
): Promise<BatchSource> {
  const { input, side, labels, groups } = pixels;
  if (recipe.groups && !groups) throw new Error("a recipe with groups needs the groups of its images");
  const plan: BatchPlan = {
    pixels: { input, side, pixels: pixels.pixels, labels, ...(recipe.groups ? { groups } : {}) },
    augment: recipe.augment,
    ...(recipe.groups ? { groups: recipe.groups } : {}),
    batch: recipe.fit.batch,
    seed,
  };
  const stepsPerEpoch = countSteps(plan);
  const counts = countClasses(plan);
  const orders = new Map<string, Order>();
  let ended: Error | undefined;

  const file = workerFile ?? (await findBatchWorker());
  const workers = Array.from({ length: threads }, () => new Worker(file, { workerData: plan }));
  for (const worker of workers) {
    worker.unref(); // a forgotten source does not keep the process alive
    worker.on("message", (answer: BatchAnswer) => {
      const order = orders.get(nameOrder(answer));
      if ("batch" in answer) order?.resolve(answer.batch);
      else order?.reject(answer.error);
    });
    worker.on("error", (cause) => end(new Error("a batch thread failed", { cause })));
    worker.on("exit", (code) => end(new Error(`a batch thread ended with code ${code}`)));
  }

  function end(error: Error): void {
    ended ??= error;
    for (const order of orders.values()) order.reject(ended);
    orders.clear();
  }

  function place(request: BatchRequest): Order {
    const placed = orders.get(nameOrder(request));
    if (placed) return placed;
    const order = createOrder();
    orders.set(nameOrder(request), order);
    workers[request.step % threads]!.postMessage(request);
    return order;
  }

  return {
    stepsPerEpoch,
    counts,
    async batch(epoch, step) {
      if (ended) throw ended;
      const wanted = listSteps({ epoch, step }, ahead, stepsPerEpoch);
      const names = new Set(wanted.map(nameOrder));
      for (const [name, { waiting }] of orders) if (waiting === 0 && !names.has(name)) orders.delete(name);
      const order = wanted.map(place)[0]!;
      order.waiting++;
      for (const worker of workers) worker.ref();
      try {
        return await order.promise;
      } finally {
        if (--order.waiting === 0) orders.delete(nameOrder({ epoch, step }));
        if ([...orders.values()].every(({ waiting }) => waiting === 0)) {
          for (const worker of workers) worker.unref();
        }
      }
    },
    async close() {
      end(new Error("the batch source is closed"));
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** The request itself and those that follow it, on into the next epoch. */
function listSteps({ epoch, step }: BatchRequest, ahead: number, stepsPerEpoch: number): BatchRequest[] {
  return Array.from({ length: ahead + 1 }, (_, at) => ({
    epoch: epoch + Math.floor((step + at) / stepsPerEpoch),
    step: (step + at) % stepsPerEpoch,
  }));
}

function nameOrder({ epoch, step }: BatchRequest): string {
  return `${epoch}:${step}`;
}

function createOrder(): Order {
  let resolve!: Order["resolve"];
  let reject!: Order["reject"];
  const promise = new Promise<Batch>((fulfil, fail) => {
    resolve = fulfil;
    reject = fail;
  });
  promise.catch(() => {}); // an order made ahead may fail before anybody waits for it; whoever asks gets the error
  return { waiting: 0, promise, resolve, reject };
}
