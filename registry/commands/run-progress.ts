/**
 * What a run says while it runs, beside the log: runs/<id>/epochs/<n>.json, created once each; heartbeat.json,
 * replaced every HEARTBEAT_MS; cancel, which asks it to stop (its words: run-log.ts). LOST is never stored: it is what a query makes of
 * an old heartbeat, or of one ahead of the clock, and a run that beats again is RUNNING again.
 */
import { RadliteError } from "@radlite/model/errors";
import { decodeJson, encodeJson } from "@radlite/registry/bundle";
import type { Actor, Registry, Run, RunOutcome } from "@radlite/registry/log";
import { isConflict } from "@radlite/registry/store";
import { requireRun } from "./lookup.ts";
import { requireCommandRole } from "./roles.ts";
import { appendRunLog, MAX_LINES } from "./run-log.ts";
import { isFresh } from "./times.ts";

export const HEARTBEAT_MS = 15_000;
export const LOST_AFTER_MS = 60_000;

const EPOCH_DIGITS = 5;

/** One epoch of a run. */
export interface EpochRecord {
  formatVersion: 1;
  /** From 1. */
  epoch: number;
  /** How many there will be. */
  epochs: number;
  /** ISO time. */
  at: string;
  /** Units in the names, such as `trainingLoss`, `validationAuc`, `durationMs`. */
  figures: Record<string, number>;
}

export type RunStatus = "RUNNING" | "LOST" | RunOutcome;

export interface RunProgress {
  status: RunStatus;
  /** ISO time of the last heartbeat. */
  heartbeatAt?: string;
  cancelRequested: boolean;
  /** By number. */
  epochs: EpochRecord[];
}

interface Heartbeat {
  formatVersion: 1;
  at: string;
}

export const RUN_PREFIX = "runs/";

export const cancelKey = (runId: string): string => `${RUN_PREFIX}${runId}/cancel`;
const heartbeatKey = (runId: string): string => `${RUN_PREFIX}${runId}/heartbeat.json`;
const epochsPrefix = (runId: string): string => `${RUN_PREFIX}${runId}/epochs/`;

/** A resumed run may repeat an epoch; what was recorded first stays. @throws BAD_INPUT. */
export async function recordEpoch(
  registry: Registry,
  {
    runId,
    epoch,
    epochs,
    figures,
  }: { runId: string; epoch: number; epochs: number; figures: Record<string, number> },
): Promise<void> {
  const unfit = Object.entries(figures).find(([, figure]) => !Number.isFinite(figure));
  if (!Number.isInteger(epoch) || epoch < 1 || epoch > epochs || unfit) {
    const figure = unfit ? `, ${unfit[0]} ${unfit[1]}` : "";
    throw new RadliteError(
      "BAD_INPUT",
      `epoch ${epoch} of ${epochs}${figure}: expected 1 to ${epochs} and finite figures`,
    );
  }
  const record: EpochRecord = { formatVersion: 1, epoch, epochs, at: now(registry), figures };
  const key = `${epochsPrefix(runId)}${String(epoch).padStart(EPOCH_DIGITS, "0")}.json`;
  await registry.store.create(key, encodeJson(record)).catch((error) => {
    if (!isConflict(error)) throw error;
  });
}

/** To be called every HEARTBEAT_MS by the run itself, from its start on. */
export async function heartbeat(
  registry: Registry,
  { runId }: { runId: string },
): Promise<{ cancelRequested: boolean }> {
  const { store } = registry;
  const key = heartbeatKey(runId);
  const beat: Heartbeat = { formatVersion: 1, at: now(registry) };
  const previous = await store.get(key);
  const write = previous
    ? store.replace(key, encodeJson(beat), previous.etag)
    : store.create(key, encodeJson(beat));
  await write.catch((error) => {
    if (!isConflict(error)) throw error; // this beat after all, or another of the same run
  });
  return { cancelRequested: (await store.get(cancelKey(runId))) !== undefined };
}

export interface RecordProgressInput {
  runId: string;
  /** What came to an end since; left out: a sign of life alone. */
  epoch?: { epoch: number; epochs: number; figures: Record<string, number> };
  /** What it said since, for its log. */
  lines?: readonly string[];
  actor: Actor;
}

/**
 * The same of a run that goes on elsewhere, and tells of itself over a network.
 * @throws NOT_FOUND for the run; CONFLICT for one that has ended; BAD_INPUT as `recordEpoch`.
 */
export async function recordProgress(registry: Registry, input: RecordProgressInput): Promise<Run> {
  requireCommandRole("recordProgress", input.actor);
  const { runId, epoch, lines = [] } = input;
  if (lines.length > MAX_LINES) {
    throw new RadliteError("BAD_INPUT", `lines are ${lines.length}, expected at most ${MAX_LINES} at once`);
  }
  const run = requireRun(registry.state, runId);
  if (run.outcome !== undefined)
    throw new RadliteError("CONFLICT", `run ${runId} has ended as ${run.outcome}: nothing more is recorded`);
  if (epoch) await recordEpoch(registry, { runId, ...epoch });
  if (lines.length > 0) await appendRunLog(registry, { runId, lines });
  await heartbeat(registry, { runId });
  return run;
}

/** Reads a heartbeat only for a run that has not ended. */
export async function readRunStatus(registry: Registry, run: Run): Promise<RunStatus> {
  if (run.outcome !== undefined) return run.outcome;
  return statusOf(registry, run, await readHeartbeat(registry, run));
}

export async function readRunProgress(registry: Registry, run: Run): Promise<RunProgress> {
  const [heartbeatAt, cancel, epochs] = await Promise.all([
    readHeartbeat(registry, run),
    registry.store.get(cancelKey(run.id)),
    readEpochs(registry, run),
  ]);
  return {
    status: statusOf(registry, run, heartbeatAt),
    ...(heartbeatAt !== undefined && { heartbeatAt }),
    cancelRequested: cancel !== undefined,
    epochs,
  };
}

function statusOf(registry: Registry, run: Run, heartbeatAt: string | undefined): RunStatus {
  if (run.outcome !== undefined) return run.outcome;
  return isFresh(heartbeatAt ?? run.startedAt, registry.clock(), LOST_AFTER_MS) ? "RUNNING" : "LOST";
}

async function readHeartbeat({ store }: Registry, { id }: Run): Promise<string | undefined> {
  const found = await store.get(heartbeatKey(id));
  return found && (decodeJson(found.bytes) as Heartbeat | undefined)?.at;
}

async function readEpochs({ store }: Registry, { id }: Run): Promise<EpochRecord[]> {
  const keys: string[] = [];
  for await (const key of store.list(epochsPrefix(id))) keys.push(key);
  const found = await Promise.all(keys.map((key) => store.get(key)));
  return found.flatMap((object) => (object ? [decodeJson(object.bytes) as EpochRecord] : []));
}

const now = ({ clock }: Registry): string => new Date(clock()).toISOString();
