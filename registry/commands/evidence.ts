/** What a state does not hold: read from the commit that it names, and from there under its digest. */
import { RadliteError } from "@radlite/model/errors";
import { decodeJson, digestOf, type Evaluation } from "@radlite/registry/bundle";
import {
  type Commit,
  type EvaluationRecorded,
  logKey,
  type Registry,
  type RegistryEvent,
  readCommit,
  type Version,
  type VersionRegistered,
} from "@radlite/registry/log";
import type { ObjectStore } from "@radlite/registry/store";
import { EVALUATION_PREFIX } from "./evaluations.ts";

/** Stages, provenance and the sealed validation counts of a version, from its event. */
export async function readVersionFacts(registry: Registry, version: Version): Promise<VersionRegistered> {
  const { model, number, logNumber } = version;
  const events = await readEvents(registry.store, logNumber);
  const found = events.find(
    (event): event is VersionRegistered =>
      event.kind === "VersionRegistered" && event.model === model && event.number === number,
  );
  return found ?? fail(`${logKey(logNumber)} does not register ${version.id}`);
}

/** The latest evaluation of a version on a set with its cases; undefined when there is none. */
export async function readEvaluation(
  registry: Registry,
  version: Version,
  set: string,
): Promise<Evaluation | undefined> {
  const summary = version.evaluations.get(set);
  if (!summary) return undefined;
  const events = await readEvents(registry.store, summary.logNumber);
  const found = events.findLast(
    (event): event is EvaluationRecorded =>
      event.kind === "EvaluationRecorded" &&
      event.model === version.model &&
      event.version === version.number &&
      event.set === set,
  );
  if (!found) return fail(`${logKey(summary.logNumber)} records no evaluation of ${version.id} on ${set}`);
  return readEvaluationObject(registry.store, found.evaluation);
}

/** @throws NOT_FOUND when it is not stored, UNAVAILABLE when its bytes changed. */
export async function readEvaluationObject(store: ObjectStore, digest: string): Promise<Evaluation> {
  const key = `${EVALUATION_PREFIX}${digest}.json`;
  const found = await store.get(key);
  if (!found) throw new RadliteError("NOT_FOUND", `${key} is not in ${store.name}; restore it from a copy`);
  if (digestOf(found.bytes) !== digest) return fail(`${key} in ${store.name} is damaged`);
  return decodeJson(found.bytes) as Evaluation;
}

/** @throws UNAVAILABLE where the log has a hole. */
export async function readEvents(store: ObjectStore, logNumber: number): Promise<RegistryEvent[]> {
  const commit = await readTogether(store, logNumber);
  if (!commit) return fail(`${logKey(logNumber)} is missing`);
  return commit.events as RegistryEvent[];
}

const underWay = new WeakMap<ObjectStore, Map<number, Promise<Commit | undefined>>>();

/**
 * A page of versions asks for all of them at once, and those that came together stand in one commit of megabytes: it is
 * read once for all who ask while it is being read.
 */
function readTogether(store: ObjectStore, logNumber: number): Promise<Commit | undefined> {
  const reads = underWay.get(store) ?? new Map<number, Promise<Commit | undefined>>();
  underWay.set(store, reads);
  const read = reads.get(logNumber) ?? readCommit(store, logNumber).finally(() => reads.delete(logNumber));
  reads.set(logNumber, read);
  return read;
}

function fail(what: string): never {
  throw new RadliteError("UNAVAILABLE", `${what}; run "radlite registry fsck"`);
}
