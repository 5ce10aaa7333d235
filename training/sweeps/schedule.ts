/**
 * The order in which a sweep works: trainings that runs share first, a run as soon as its training is there, one or
 * two at a time. What is done already, by an earlier call, is not done again; what fails does not keep the others
 * from running.
 */
import { join } from "node:path";
import { digestOf, findFacts } from "@radlite/registry/bundle";
import type { SharedParent, SweepPlan, SweepRun } from "./plan.ts";

/** A training, or a compression of what lies at `from`. */
export interface SweepTask {
  name: string;
  kind: "parent" | "run";
  /** The text of its recipe. */
  source: string;
  /** Where its bundle goes. */
  folder: string;
  /** A model as the command line names it; absent: the task trains. */
  from?: string;
}

export type TaskOutcome = { kind: "done" } | { kind: "failed"; reason: string };

export interface SweepProgress {
  /** Tasks that were done before, or are by now. */
  done: number;
  total: number;
  task: SweepTask;
  /** Absent: it begins now. */
  outcome?: TaskOutcome | { kind: "there" };
}

export interface ScheduleOptions {
  jobs: number;
  /** Do again what is done already. */
  fresh?: boolean;
  /** Makes the bundle; what it rejects with is why the task failed. */
  start: (task: SweepTask) => Promise<void>;
  signal?: AbortSignal;
  onProgress?: (progress: SweepProgress) => void;
}

/** For each run what became of it, by name. Rejects with the signal's reason once it is aborted. */
export async function runSweep(
  plan: SweepPlan,
  outFolder: string,
  { jobs, fresh = false, start, signal, onProgress }: ScheduleOptions,
): Promise<Map<string, TaskOutcome>> {
  const tasks = listTasks(plan, outFolder);
  const outcomes = new Map<string, TaskOutcome>();
  const waiting = [...tasks];
  const report = (task: SweepTask, outcome?: SweepProgress["outcome"]) =>
    onProgress?.({ done: outcomes.size, total: tasks.length, task, ...(outcome ? { outcome } : {}) });

  const finish = (task: SweepTask, outcome: TaskOutcome, shown: SweepProgress["outcome"] = outcome) => {
    outcomes.set(task.name, outcome);
    report(task, shown);
  };
  const work = async (task: SweepTask): Promise<void> => {
    try {
      if (!fresh && (await isDone(task))) return finish(task, { kind: "done" }, { kind: "there" });
      const parent = findParent(plan, task);
      const failed = parent === undefined ? undefined : outcomes.get(parent);
      if (failed?.kind === "failed") {
        return finish(task, { kind: "failed", reason: `${parent} failed: ${failed.reason}` });
      }
      report(task);
      await start(task);
      finish(task, { kind: "done" });
    } catch (error) {
      signal?.throwIfAborted();
      finish(task, { kind: "failed", reason: (error as Error).message });
    }
  };
  await drain(waiting, jobs, {
    isReady: (task) => {
      const parent = findParent(plan, task);
      return parent === undefined || outcomes.has(parent);
    },
    work,
    signal,
  });
  return outcomes;
}

function listTasks({ model, parents, runs }: SweepPlan, outFolder: string): SweepTask[] {
  const toTask = ({ name, recipe }: SharedParent, kind: SweepTask["kind"], from?: string): SweepTask => ({
    ...{ name, kind, source: recipe.source, folder: join(outFolder, name) },
    ...(from === undefined ? {} : { from }),
  });
  return [
    ...parents.map((parent) => toTask(parent, "parent")),
    ...runs.map((run) => toTask(run, "run", run.parent ? join(outFolder, run.parent) : model)),
  ];
}

function findParent({ runs }: SweepPlan, { name }: SweepTask): string | undefined {
  return runs.find((run: SweepRun) => run.name === name)?.parent;
}

/** Whether its bundle is there, made by this very recipe. */
async function isDone({ folder, source }: SweepTask): Promise<boolean> {
  return (await findFacts(folder))?.recipe.digest === digestOf(source);
}

interface DrainOptions {
  isReady: (task: SweepTask) => boolean;
  work: (task: SweepTask) => Promise<void>;
  signal?: AbortSignal;
}

/** `jobs` at a time, in order but for those that are not ready yet. */
async function drain(
  waiting: SweepTask[],
  jobs: number,
  { isReady, work, signal }: DrainOptions,
): Promise<void> {
  const running = new Set<Promise<void>>();
  try {
    while (waiting.length > 0 || running.size > 0) {
      signal?.throwIfAborted();
      const next = running.size < jobs ? waiting.findIndex(isReady) : -1;
      if (next < 0) {
        await Promise.race(running);
        continue;
      }
      const [task] = waiting.splice(next, 1);
      const job: Promise<void> = work(task!).finally(() => running.delete(job));
      running.add(job);
    }
  } finally {
    await Promise.allSettled(running); // those that are asked to stop keep what they have done
  }
}
