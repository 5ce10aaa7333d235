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
  /** What the images are called. */
  dataset: string;
}

const EXECUTOR = "cli";

/** Opened before the work, so that a store that does not answer is known before it. */
export async function openRunBook() {
  const { finishRun, HEARTBEAT_MS, heartbeat, recordEpoch, registerBundle, startRun } = await import(
    "@radlite/registry/commands"
  );
  const { describeFigures } = await import("@radlite/training/run");
  const registry = await openLocalRegistry("write");
  const actor = localActor();
  const warnOf = (error: unknown) => warn(`the registry does not know of it: ${describeFailure(error)}`);

  return {
    /** The id of the version, registered without a run. */
    register: async (bundle: string) => (await registerBundle(registry, bundle, { actor })).id,
    async start(description: RunDescription): Promise<RunRecord> {
      const { id: runId } = await startRun(registry, { ...description, executor: EXECUTOR, actor });
      const beat = () => heartbeat(registry, { runId }).catch(warnOf);
      void beat();
      const timer = setInterval(beat, HEARTBEAT_MS);
      return {
        onProgress(progress) {
          if (progress.kind !== "epoch") return;
          const { epoch, epochs } = progress;
          recordEpoch(registry, { runId, epoch, epochs, figures: describeFigures(progress) }).catch(warnOf);
        },
        async succeed(bundle) {
          clearInterval(timer);
          const version = (await registerBundle(registry, bundle, { actor, runId })).id;
          await finishRun(registry, { runId, actor, outcome: "SUCCEEDED", version });
          return version;
        },
        async fail(error) {
          clearInterval(timer);
          const outcome = error instanceof Stopped ? "CANCELLED" : "FAILED";
          await finishRun(registry, { runId, actor, outcome, message: describeFailure(error) }).catch(warnOf);
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
    dataset: data === undefined ? "none" : basename(resolve(data)),
  };
}

export function bothTo(show: OnProgress, record: OnProgress | undefined): OnProgress {
  return (progress) => {
    show(progress);
    record?.(progress);
  };
}

/** What the work gives; where it fails the run has, too. */
export async function failing<T>(work: Promise<T>, record: RunRecord | undefined): Promise<T> {
  try {
    return await work;
  } catch (error) {
    await record?.fail(error);
    throw error;
  }
}
