/**
 * Trainings that wait in this process until the machine has a slot for them: a bounded number, in the order in which
 * they were asked for. One that waits gives signs of life and can be cancelled, like one that runs. With the process
 * the queue ends; what waited in it is LOST.
 */
import { RadliteError } from "@radlite/model/errors";
import { finishRun, HEARTBEAT_MS, heartbeat } from "@radlite/registry/commands";
import type { Registry, Run } from "@radlite/registry/log";

/** Besides those that run. */
export const MAX_WAITING_TRAININGS = 32;

export interface QueuedTraining {
  registry: Registry;
  run: Run;
  /** Settles when its process has ended, however it did. */
  train(): Promise<void>;
}

interface Waiting extends QueuedTraining {
  stopBeating(): void;
}

const waiting: Waiting[] = [];
let running = 0;
let kept = 0; // places of trainings that are being recorded

/** A place in the queue, kept while a training is recorded. */
export interface Place {
  /** May be called again. @throws UNAVAILABLE with reason BUSY when no place is left. */
  keep(): void;
  isKept(): boolean;
  leave(): void;
}

export function findPlace(slots: number): Place {
  let isKept = false;
  return {
    keep() {
      if (isKept) return;
      if (running + waiting.length + kept >= slots + MAX_WAITING_TRAININGS) {
        throw new RadliteError(
          "UNAVAILABLE",
          `${running} trainings run and ${waiting.length + kept} wait, which is all that do here. Ask again when one has ended.`,
          { reason: "BUSY" },
        );
      }
      isKept = true;
      kept++;
    },
    isKept: () => isKept,
    leave() {
      if (isKept) kept--;
      isKept = false;
    },
  };
}

/** Trains now if a slot is free, else when its turn comes. */
export function queueTraining(training: QueuedTraining, slots: number): void {
  waiting.push({ ...training, stopBeating: beat(training) });
  startNext(slots);
}

function startNext(slots: number): void {
  while (running < slots) {
    const next = waiting.shift();
    if (!next) return;
    next.stopBeating();
    running++;
    void next.train().finally(() => {
      running--;
      startNext(slots);
    });
  }
}

/** Now and at intervals, until it is stopped. */
function beat({ registry, run }: QueuedTraining): () => void {
  const warn = (error: unknown) => registry.logger.warn(String(error));
  const round = async () => {
    const { cancelRequested } = await heartbeat(registry, { runId: run.id });
    if (cancelRequested) await cancel(run);
  };
  const timer = setInterval(() => round().catch(warn), HEARTBEAT_MS);
  timer.unref();
  void round().catch(warn);
  return () => clearInterval(timer);
}

/** One that has begun meanwhile notices the wish itself. */
async function cancel({ id: runId, startedBy }: Run): Promise<void> {
  const at = waiting.findIndex(({ run }) => run.id === runId);
  if (at < 0) return;
  const [{ registry, stopBeating }] = waiting.splice(at, 1) as [Waiting];
  stopBeating();
  const actor = { name: startedBy, role: "trainer" } as const;
  await finishRun(registry, { runId, actor, outcome: "CANCELLED", message: "cancelled before it began" });
}
