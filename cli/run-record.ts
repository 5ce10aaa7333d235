/**
 * A training on the command line as a run of the registry: started, its epochs recorded, a heartbeat that says that
 * it lives, and its outcome with the version that came of it.
 */
import { basename, resolve } from "node:path";
import { digestOf } from "@radlite/registry/bundle";
import type { OnProgress } from "@radlite/training/run";
import { describeFailure } from "./failure.ts";
import { localActor, openLocalRegistry } from "./local-registry.ts";
import { warn } from "./show/output.ts";
import { Stopped } from "./signals.ts";

export interface RunRecord {
  /** An epoch that is finished is recorded. */
  onProgress: OnProgress;
  /** Registers the bundle as the run's version, whose id this gives, and ends the run. */
  succeed(bundle: string): Promise<string>;
  fail(error: unknown): Promise<void>;
}

export interface RunDescription {
  model: string;
  recipe: { name: string; digest: string };
  /** The recipe as it was written. */
  recipeText: string;
  /** What the images are called. */
  dataset: string;
}

const EXECUTOR = "cli";

export interface RunBook {
  /** The id of the version, registered without a run. */
  register(bundle: string): Promise<string>;
  start(description: RunDescription): Promise<RunRecord>;
}

/** What a registry, here or behind a server, is asked to write. */
export interface Ledger {
  /** @returns the run's id. */
  start(description: RunDescription): Promise<string>;
  /** A sign of life, with an epoch that came to an end. */
  tell(
    runId: string,
    epoch?: { epoch: number; epochs: number; figures: Record<string, number> },
  ): Promise<unknown>;
  /** Lines for its log. */
  say(runId: string, lines: string[]): Promise<unknown>;
  /** @returns the version's id. */
  register(bundle: string, runId?: string): Promise<string>;
  finish(
    runId: string,
    end: { outcome: "SUCCEEDED" | "FAILED" | "CANCELLED"; version?: string; message?: string },
  ): Promise<unknown>;
}

/** Opened before the work, so that a store that does not answer is known before it. */
export async function openRunBook(): Promise<RunBook> {
  const { appendRunLog, finishRun, heartbeat, recordEpoch, registerBundle, startRun } = await import(
    "@radlite/registry/commands"
  );
  const registry = await openLocalRegistry("write");
  const actor = localActor();
  return keepBook({
    start: async ({ recipeText, ...description }) =>
      (await startRun(registry, { ...description, executor: EXECUTOR, actor }, { recipeText })).id,
    async tell(runId, epoch) {
      if (epoch) await recordEpoch(registry, { runId, ...epoch });
      else await heartbeat(registry, { runId });
    },
    say: (runId, lines) => appendRunLog(registry, { runId, lines }),
    register: async (bundle, runId) =>
      (await registerBundle(registry, bundle, { actor, ...(runId !== undefined && { runId }) })).id,
    finish: (runId, end) => finishRun(registry, { runId, actor, ...end }),
  });
}

/** What the registry does not learn in between is warned of, and ends no training. */
export async function keepBook(ledger: Ledger): Promise<RunBook> {
  const { bufferRunLog, HEARTBEAT_MS } = await import("@radlite/registry/commands");
  const { describeFigures, describeProgress } = await import("@radlite/training/run");
  const warnOf = (error: unknown) => warn(`the registry does not know of it: ${describeFailure(error)}`);
  return {
    register: (bundle) => ledger.register(bundle),
    async start(description) {
      const runId = await ledger.start(description);
      const log = bufferRunLog(async (lines) => void (await ledger.say(runId, lines)), { warn: warnOf });
      const beat = async () => {
        await ledger.tell(runId).catch(warnOf);
        await log.flush();
      };
      void beat();
      const timer = setInterval(beat, HEARTBEAT_MS);
      return {
        onProgress(progress) {
          const line = describeProgress(progress);
          if (line !== undefined) log.say(line);
          if (progress.kind !== "epoch") return;
          void log.flush();
          const { epoch, epochs } = progress;
          ledger.tell(runId, { epoch, epochs, figures: describeFigures(progress) }).catch(warnOf);
        },
        async succeed(bundle) {
          clearInterval(timer);
          const version = await ledger.register(bundle, runId);
          log.say(`registered as ${version}`);
          await log.flush();
          await ledger.finish(runId, { outcome: "SUCCEEDED", version });
          return version;
        },
        async fail(error) {
          clearInterval(timer);
          const outcome = error instanceof Stopped ? "CANCELLED" : "FAILED";
          const message = describeFailure(error);
          log.say(message);
          await log.flush();
          await ledger.finish(runId, { outcome, message }).catch(warnOf);
        },
      };
    },
  };
}

/** `data`: the folder of the radiographs, whose name the run gives; without any it is `none`. */
export function describeRun(
  { recipe, source }: { recipe: { name: string; model: string }; source: string },
  data: string | undefined,
): RunDescription {
  return {
    model: recipe.model,
    recipe: { name: recipe.name, digest: digestOf(source) },
    recipeText: source,
    dataset: data === undefined ? "none" : basename(resolve(data)),
  };
}

/** What a training reports to. */
export interface RunListeners {
  /** Awaited once nothing refuses the run. */
  onStart: () => Promise<void>;
  onProgress: OnProgress;
}

/**
 * `work` as a run of the registry from its start on, with the version that came of it; without a book it is done alone.
 * What is refused before it starts is no run.
 */
export async function recordRun(
  book: RunBook | undefined,
  description: RunDescription,
  work: (listeners: RunListeners) => Promise<{ bundle: string }>,
): Promise<{ bundle: string; version?: string }> {
  let record: RunRecord | undefined;
  try {
    const { bundle } = await work({
      onStart: async () => {
        record = await book?.start(description);
      },
      onProgress: (progress) => record?.onProgress(progress),
    });
    const version = await record?.succeed(bundle);
    return version === undefined ? { bundle } : { bundle, version };
  } catch (error) {
    await record?.fail(error);
    throw error;
  }
}

export function bothTo(show: OnProgress, record: OnProgress | undefined): OnProgress {
  return (progress) => {
    show(progress);
    record?.(progress);
  };
}
