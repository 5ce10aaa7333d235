/**
 * Objects that no event names: uploads that were never registered, evidence of a registration that was refused, runs
 * of a log that was put back to an earlier copy, files that were uploaded and never taken.
 *
 * Whatever digest stands anywhere in an event counts as named, so what a version, a parent or a teacher needs is
 * never here, nor what a newer Radlite names in events that this one does not know; nor a model or gate of which the
 * audit of predictions has an answer. Predictions and scores themselves are nobody's garbage.
 */
import type { StoredEvent } from "@radlite/registry/log";
import type { ObjectStore } from "@radlite/registry/store";
import { ARTIFACT_PREFIX } from "./artifacts.ts";
import { EVALUATION_PREFIX } from "./evaluations.ts";
import { listPredictions } from "./predictions.ts";
import { RECIPE_PREFIX } from "./recipes.ts";
import { EVIDENCE_PREFIX } from "./robustness.ts";
import { RUN_PREFIX } from "./run-progress.ts";
import { UPLOAD_PREFIX } from "./uploads.ts";

export const UNNAMED_KINDS = [
  "DANGLING_ARTIFACT",
  "DANGLING_EVALUATION",
  "DANGLING_EVIDENCE",
  "DANGLING_RECIPE",
  "DANGLING_RUN",
  "DANGLING_UPLOAD",
  "DANGLING_SNAPSHOT_PART",
] as const;

export interface UnnamedObject {
  kind: (typeof UNNAMED_KINDS)[number];
  key: string;
  /** The digest or run id that no event has. */
  name: string;
}

/** What stands in events: digests and the ids of runs. */
export type Names = Set<string>;

const PLACES = [
  { kind: "DANGLING_ARTIFACT", prefix: ARTIFACT_PREFIX, name: /^artifacts\/([0-9a-f]{64})$/ },
  { kind: "DANGLING_EVALUATION", prefix: EVALUATION_PREFIX, name: /^evaluations\/([0-9a-f]{64})\.json$/ },
  { kind: "DANGLING_EVIDENCE", prefix: EVIDENCE_PREFIX, name: /^evidence\/([0-9a-f]{64})\.json$/ },
  { kind: "DANGLING_RECIPE", prefix: RECIPE_PREFIX, name: /^recipes\/([0-9a-f]{64})\.yaml$/ },
  { kind: "DANGLING_RUN", prefix: RUN_PREFIX, name: /^runs\/([^/]+)\/./ },
  { kind: "DANGLING_UPLOAD", prefix: UPLOAD_PREFIX, name: /^uploads\/([^/]+)\/./ },
] as const;

/** What an event would name an object of this key by; undefined for a key of another form, which is not ours to judge. */
export function nameIn(key: string): string | undefined {
  return PLACES.map(({ name }) => name.exec(key)?.[1]).find((name) => name !== undefined);
}

export function namesIn(events: readonly StoredEvent[]): Names {
  const names: Names = new Set();
  for (const event of events) {
    for (const [digest] of JSON.stringify(event).matchAll(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g))
      names.add(digest);
    if ("runId" in event) names.add(String(event.runId));
  }
  return names;
}

/** Models and gates of which there are answers: they are what the answers can be computed again with. */
export async function namesInPredictions(store: ObjectStore): Promise<Names> {
  const names: Names = new Set();
  for await (const { predictions = [] } of listPredictions(store)) {
    for (const { artifact, gate } of predictions) {
      names.add(artifact);
      if (gate !== undefined) names.add(gate);
    }
  }
  return names;
}

/** @param names of all the log: of a part of it, most would be called unnamed. */
export async function* listUnnamed(store: ObjectStore, names: Names): AsyncIterable<UnnamedObject> {
  for (const place of PLACES) {
    for await (const key of store.list(place.prefix)) {
      const name = place.name.exec(key)?.[1]; // a key of another form is not ours to judge
      if (name !== undefined && !names.has(name)) yield { kind: place.kind, key, name };
    }
  }
}
