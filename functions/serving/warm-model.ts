/**
 * The model that answers with its gate, kept in step with the production pointer. Invariant: once a model has loaded,
 * there is always one to answer with; a newer one, or one behind another gate, takes its place only after all of it
 * was fetched, verified, opened and run once. What cannot be loaded leaves the old pair answering, marked degraded,
 * and is tried again later.
 *
 * Nothing runs by itself (a function is frozen between requests): each request may first ask for the pointer,
 * when the last answer is stale, and then waits a moment for it and for a newer model that is on its way. The log,
 * which knows of a promotion whose pointer was not written, is asked after the first answer, for which nobody waits:
 * a pointer says all that an answer does.
 */
import { setTimeout as delay } from "node:timers/promises";
import { RadliteError } from "@radlite/model/errors";
import { type Pointer, readPointer, saysGate } from "@radlite/registry/log";
import type { ObjectStore } from "@radlite/registry/store";

const POINTER_STALE_MS = 2_000;
const LOG_STALE_MS = 60_000; // what was promoted without its pointer is served within this
const RETRY_MS = 10_000; // after a model could not be loaded
const PATIENCE_MS = 1_500; // for the store and a newer model, before the old one answers once more

export interface Served<Model> {
  model: Model;
  pointer: Pointer;
  /** Something newer is in production, or was not to be found out: this is the model from before. */
  degraded: boolean;
  /** This request waited for the first model of this process. */
  coldStart: boolean;
}

export interface WarmModelOptions<Model> {
  store: ObjectStore;
  modelName: string;
  /**
   * Fetches, verifies, opens and runs what a pointer names; throws when any of it fails. `before` is what answered so
   * far, to take over what both pointers name.
   */
  load: (store: ObjectStore, pointer: Pointer, before?: { model: Model; pointer: Pointer }) => Promise<Model>;
  /** Reads the log's tail; answers `there`, the pointer as it lies there, or the one that the log says in its place. */
  askLog: (there: Pointer | undefined) => Promise<Pointer | undefined>;
  log: (error: unknown) => void;
  /** Milliseconds. */
  now?: () => number;
}

/** A function that gives the model to answer with. Throws UNAVAILABLE when there is none, saying why. */
export function keepWarm<Model>(options: WarmModelOptions<Model>): () => Promise<Served<Model>> {
  const { store, modelName, load, askLog, log, now = Date.now } = options;
  let serving: { model: Model; pointer: Pointer } | undefined;
  let wanted: Pointer | undefined;
  /** As it lies in the store; `wanted` is another one where the log says so. */
  let there: Pointer | undefined;
  /** Of which the log was asked what it leaves unsaid. */
  let settled: Pointer | undefined;
  let etag: string | undefined;
  let checkedMs = Number.NEGATIVE_INFINITY;
  let logReadMs = Number.NEGATIVE_INFINITY;
  let checking: Promise<void> | undefined;
  let loading: Promise<void> | undefined;
  let storeFailure: unknown;
  let loadFailure: { pointer: Pointer; atMs: number; cause: unknown } | undefined;

  /** Also where the clock was set back since: it does not say how long ago that was. */
  function isOver(sinceMs: number, limitMs: number): boolean {
    const passedMs = now() - sinceMs;
    return passedMs >= limitMs || passedMs < 0;
  }

  async function check(): Promise<void> {
    checkedMs = now();
    try {
      const lagged = wanted !== there;
      const moved = await readThere();
      if (isUnsaid(there) && settled !== there) await readLog(); // nothing is answered without a gate that it may have
      const isDoubtful = !saysAll(wanted) || (lagged && moved); // it may still lag behind what the log said
      if ((serving || isDoubtful) && ((lagged && moved) || isOver(logReadMs, LOG_STALE_MS))) {
        const asked = readLog().catch(log);
        if (isDoubtful) await asked;
      }
      storeFailure = undefined;
    } catch (error) {
      storeFailure = error;
      log(error);
    }
    beginLoading();
  }

  /** @returns whether it is another one than before. */
  async function readThere(): Promise<boolean> {
    const found = await readPointer(store, modelName, "production", etag);
    if (found === "unchanged") return false;
    there = found?.pointer;
    if (!isUnsaid(there)) wanted = there;
    etag = found?.etag;
    return true;
  }

  async function readLog(): Promise<void> {
    logReadMs = now();
    const before = there;
    const said = await askLog(before);
    if (there !== before) return; // it moved meanwhile
    if (isUnsaid(said)) throw refuseUnsaid(modelName);
    wanted = said;
    settled = before;
    beginLoading();
  }

  function beginLoading(): void {
    if (wanted && isDue(wanted)) loading ??= loadWanted();
  }

  /** Until nothing newer came meanwhile: at no moment between is something wanted that nobody loads. */
  async function loadWanted(): Promise<void> {
    while (wanted && isDue(wanted)) await replace(wanted);
    loading = undefined;
  }

  const isDue = (pointer: Pointer) =>
    serving?.pointer !== pointer &&
    !(loadFailure && namesSame(loadFailure.pointer, pointer) && !isOver(loadFailure.atMs, RETRY_MS));

  async function replace(pointer: Pointer): Promise<void> {
    try {
      const isSame = serving && namesSame(serving.pointer, pointer);
      serving = { model: isSame ? serving!.model : await load(store, pointer, serving), pointer };
      loadFailure = undefined;
    } catch (cause) {
      loadFailure = { pointer, atMs: now(), cause };
      log(cause);
    }
  }

  async function settle(): Promise<void> {
    await checking;
    await loading;
  }

  return async () => {
    const coldStart = !serving;
    if (isOver(checkedMs, POINTER_STALE_MS) || coldStart)
      checking ??= check().finally(() => (checking = undefined));
    const settled = settle();
    await (serving ? Promise.race([settled, delay(PATIENCE_MS, undefined, { ref: false })]) : settled);
    if (!serving) throw explainAbsence(modelName, wanted, storeFailure ?? loadFailure?.cause);
    const degraded = storeFailure !== undefined || !wanted || !namesSame(serving.pointer, wanted);
    return { ...serving, degraded, coldStart };
  };
}

/** One of an earlier release says nothing of gate and figures, and not up to which commit it speaks. */
const saysAll = (pointer: Pointer | undefined): boolean => pointer?.asOf !== undefined;

/** Whether it leaves open what looks before the model: one that may have lost its gate is not taken for one without. */
const isUnsaid = (pointer: Pointer | undefined): boolean => pointer !== undefined && !saysGate(pointer);

const refuseUnsaid = (modelName: string): RadliteError =>
  new RadliteError(
    "UNAVAILABLE",
    `It does not say what gate stands before ${modelName}, and the log says it of no such promotion yet.`,
  );

/** Whether two pointers name the same files: what else they say needs no loading. */
const namesSame = (one: Pointer, other: Pointer): boolean =>
  one.artifact === other.artifact && one.gate?.artifact === other.gate?.artifact;

function explainAbsence(modelName: string, wanted: Pointer | undefined, cause: unknown): RadliteError {
  if (cause === undefined)
    return new RadliteError(
      "UNAVAILABLE",
      `No version of ${modelName} is in production. Promote one: radlite registry promote, or the mutation promote.`,
      { reason: "NO_PRODUCTION" },
    );
  const what = wanted
    ? `Version ${wanted.number} of ${modelName}, in production,`
    : `The pointer to ${modelName}'s production`;
  const why = cause instanceof RadliteError ? ` ${cause.message}` : "";
  const isLate = cause instanceof RadliteError && cause.reason === "TIMEOUT";
  return new RadliteError("UNAVAILABLE", `${what} cannot be read.${why}`, {
    ...(isLate ? { reason: "TIMEOUT", status: 504 } : { reason: "NOT_LOADED" }),
    cause,
  });
}
