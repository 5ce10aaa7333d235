/**
 * Whether a training's folder holds a run that is finished, or one that was stopped. `run.state` says so beside the
 * bundle: it is written when there is something to lose, and again once the bundle is whole.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { digestOf, FACTS_FILE, findFacts, readBundledArtifact, replaceFile } from "@radlite/registry/bundle";

interface RunState {
  formatVersion: 1;
  /** The name of the recipe. */
  name: string;
  /** Digest of all that the bundle follows from; absent: the run is not finished. */
  finished?: string;
}

/** How a caller wants to begin: go on with what was stopped, or leave it behind. */
export interface Beginning {
  resume?: boolean | undefined;
  fresh?: boolean | undefined;
}

export const STATE_FILE = "run.state";

/** What versions without run.state left of a run that was stopped. */
const EARLIER_TRACES = ["checkpoint.bin", "generation-0"];

/** Errors: CONFLICT where a run was stopped in the folder, and nobody says whether to go on with it. */
export async function requireNoStoppedRun(folder: string, { resume, fresh }: Beginning): Promise<void> {
  if (resume || fresh) return;
  const state = await readState(folder);
  const isStopped = state
    ? state.finished === undefined
    : !existsSync(join(folder, FACTS_FILE)) && EARLIER_TRACES.some((name) => existsSync(join(folder, name)));
  if (isStopped) throw refuseOverwriting(folder, state ? `a training by ${state.name}` : "a training");
}

/** From now on there is something to lose. */
export function markBegun(folder: string, name: string): Promise<void> {
  return writeState(folder, { formatVersion: 1, name });
}

export function markFinished(folder: string, name: string, finished: string): Promise<void> {
  return writeState(folder, { formatVersion: 1, name, finished });
}

/** Whether the bundle is whole and follows from just this. */
export async function isFinished(folder: string, finished: string): Promise<boolean> {
  if ((await readState(folder))?.finished !== finished) return false;
  const facts = await findFacts(folder);
  const bytes = await readBundledArtifact(folder).catch(() => undefined);
  return facts !== undefined && bytes !== undefined && digestOf(bytes) === facts.sha256;
}

/** `what` was stopped there. */
export function refuseOverwriting(folder: string, what: string): RadliteError {
  return new RadliteError(
    "CONFLICT",
    `${folder} holds ${what} that was stopped before its end. Go on with it by --resume, leave it behind by --fresh, or name another folder by --out.`,
  );
}

async function readState(folder: string): Promise<RunState | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, STATE_FILE), "utf8")) as RunState;
  } catch {
    return undefined; // none, or one that a power cut left torn: the traces say what there is
  }
}

async function writeState(folder: string, state: RunState): Promise<void> {
  await replaceFile(join(folder, STATE_FILE), `${JSON.stringify(state)}\n`);
}
