/**
 * fold: events -> State. Pure and deterministic: the same events give the same state on every machine, at once
 * or in pieces, over a snapshot or not. An event kind or version that is not known is noted in `ignored` and
 * changes nothing else; so is one about a model, version or run that is not known, which only a newer kind of
 * event can have made.
 */
import { createHash } from "node:crypto";
import { RadliteError } from "@radlite/model/errors";
import { type Commit, EVENT_VERSIONS, type RegistryEvent, type StoredEvent } from "./events.ts";
import {
  annotateVersion,
  finishRun,
  moveAlias,
  recordEvaluation,
  registerVersion,
  startRun,
  versionId,
} from "./records.ts";
import type { KeyedOutcome, Model, Promotion, Run, State, Version } from "./state.ts";

/** How many keyed mutations are remembered: one repeated later than this many others happens again. */
export const KEYS_KEPT = 1_000;

interface ModelDraft extends Model {
  versions: Version[];
  aliases: Map<string, Promotion[]>;
}

interface Draft extends State {
  logNumber: number;
  models: Map<string, ModelDraft>;
  runs: Map<string, Run>;
  keys: Map<string, KeyedOutcome>;
  ignored: Map<string, number>;
}

/**
 * The state after these commits, which must follow it without a gap; `state` itself stays as it is.
 * @throws UNAVAILABLE when a number is missing.
 */
export function fold(state: State, commits: readonly Commit[]): State {
  const draft = openDraft(state);
  for (const { number, events } of commits) {
    if (number !== draft.logNumber + 1) {
      throw new RadliteError("UNAVAILABLE", `commit ${draft.logNumber + 1} is missing before ${number}`);
    }
    for (const event of events) applyEvent(draft, event, number);
    draft.logNumber = number;
  }
  return draft;
}

/** The state as it would be with these events as part of the next commit, which is not made yet. */
export function foldTentatively(state: State, events: readonly StoredEvent[]): State {
  const draft = openDraft(state);
  for (const event of events) applyEvent(draft, event, state.logNumber + 1);
  return draft;
}

/** Whether this code folds such an event; `name` is `kind@eventVersion`. */
export function knowsEvent(name: string): boolean {
  return Object.entries(EVENT_VERSIONS).some(([kind, eventVersion]) => name === `${kind}@${eventVersion}`);
}

/** Under which name the state remembers an idempotency key. */
export function digestKey(actorName: string, idempotencyKey: string): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([actorName, idempotencyKey]))
    .digest("base64url");
  return digest.slice(0, 22); // 132 bits
}

function openDraft(state: State): Draft {
  const models = new Map<string, ModelDraft>();
  for (const [name, model] of state.models) {
    const aliases = new Map([...model.aliases].map(([alias, moves]) => [alias, [...moves]]));
    models.set(name, { ...model, versions: [...model.versions], aliases });
  }
  return {
    logNumber: state.logNumber,
    models,
    runs: new Map(state.runs),
    keys: new Map(state.keys),
    ignored: new Map(state.ignored),
  };
}

function applyEvent(draft: Draft, stored: StoredEvent, logNumber: number): void {
  const name = `${stored.kind}@${stored.eventVersion}`;
  const event = stored as RegistryEvent;
  const subject = knowsEvent(name) ? applyKnown(draft, event, logNumber) : undefined;
  if (subject === undefined) {
    if (!draft.ignored.has(name)) draft.ignored.set(name, logNumber);
    return;
  }
  if (event.idempotencyKey === undefined) return;
  draft.keys.set(digestKey(event.actor.name, event.idempotencyKey), { kind: event.kind, subject });
  if (draft.keys.size > KEYS_KEPT) draft.keys.delete(draft.keys.keys().next().value!);
}

/** @returns the id of what changed, or undefined when the event is about something that is not known. */
function applyKnown(draft: Draft, event: RegistryEvent, logNumber: number): string | undefined {
  if (event.kind === "ModelCreated") {
    const { model: name, description, at, actor } = event;
    draft.models.set(name, {
      name,
      description,
      createdAt: at,
      createdBy: actor.name,
      versions: [],
      aliases: new Map(),
    });
    return name;
  }
  if (event.kind === "RunStarted") {
    draft.runs.set(event.runId, startRun(event, logNumber));
    return event.runId;
  }
  if (event.kind === "RunFinished") {
    const run = draft.runs.get(event.runId);
    if (!run) return undefined;
    draft.runs.set(run.id, finishRun(run, event));
    return run.id;
  }
  const model = draft.models.get(event.model);
  if (!model) return undefined;
  switch (event.kind) {
    case "VersionRegistered":
      if (event.number !== model.versions.length + 1) return undefined;
      model.versions.push(registerVersion(event, logNumber));
      return versionId(event.model, event.number);
    case "EvaluationRecorded":
      return changeVersion(model, event.version, (version) => recordEvaluation(version, event, logNumber));
    case "PolicySet":
      draft.models.set(model.name, { ...model, policy: event.policy });
      return model.name;
    case "AliasMoved": {
      const moves = model.aliases.get(event.alias) ?? [];
      if (!model.versions[event.to - 1]) return undefined;
      const promotion = moveAlias(event, moves.length + 1, logNumber);
      model.aliases.set(event.alias, [...moves, promotion]);
      return promotion.id;
    }
    case "VersionArchived":
      return changeVersion(model, event.version, (version) => ({ ...version, archivedAt: event.at }));
    case "VersionAnnotated":
      return changeVersion(model, event.version, (version) => annotateVersion(version, event));
    default:
      return event satisfies never;
  }
}

function changeVersion(
  model: ModelDraft,
  number: number,
  change: (version: Version) => Version,
): string | undefined {
  const version = model.versions[number - 1];
  if (!version) return undefined;
  model.versions[number - 1] = change(version);
  return version.id;
}
