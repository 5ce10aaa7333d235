/**
 * fold: events -> State. Pure and deterministic: the same events give the same state on every machine, at once
 * or in pieces, over a snapshot or not. An event kind or version that is not known is noted in `ignored` and
 * changes nothing else; so is one about a model, version or run that is not known, which only a newer kind of
 * event can have made.
 */
import { createHash } from "node:crypto";
import { RadliteError } from "@radlite/model/errors";
import { rememberKey } from "./answered-keys.ts";
import { digestOfCommit } from "./commit-object.ts";
import { type Commit, EVENT_VERSIONS, type RegistryEvent, type StoredEvent } from "./events.ts";
import {
  annotateVersion,
  archiveVersion,
  finishRun,
  holdEvidence,
  holdGate,
  holdPolicy,
  holdRecipe,
  moveAlias,
  recordEvaluation,
  registerVersion,
  startRun,
  tagVersion,
} from "./records.ts";
import { draftList, type ListDraft, SegmentedList } from "./segmented-list.ts";
import { draftMap, type MapDraft } from "./segmented-map.ts";
import type { HeldGate, HeldPolicy, HeldRecipe, Model, Promotion, Run, State, Version } from "./state.ts";

/** A model that a commit changes; the others are shared with the state before. */
interface ModelDraft extends Omit<Model, "versions"> {
  policies: HeldPolicy[];
  gates: HeldGate[];
  sets: Model["sets"];
  versions: ListDraft<Version>;
  aliases: Map<string, readonly Promotion[]>;
}

interface Draft extends Omit<State, "models" | "runs"> {
  logNumber: number;
  models: Map<string, Model>;
  opened: Map<string, ModelDraft>;
  runs: MapDraft<Run>;
  recipes: Map<string, HeldRecipe>;
  ignored: Map<string, number>;
}

/**
 * The state after these commits, which must follow it without a gap; `state` itself stays as it is.
 * @throws UNAVAILABLE when a number is missing, or a commit was written after another one than the one before it.
 */
export function fold(state: State, commits: readonly Commit[]): State {
  const draft = openDraft(state);
  let last: Commit | undefined;
  for (const commit of commits) {
    const { number, events, previous } = commit;
    if (number !== draft.logNumber + 1) {
      throw new RadliteError("UNAVAILABLE", `commit ${draft.logNumber + 1} is missing before ${number}`);
    }
    if (previous !== undefined && !follows(previous, last, state)) throw explainBrokenChain(number);
    for (const event of events) applyEvent(draft, state, event, number);
    draft.logNumber = number;
    last = commit;
  }
  if (last) draft.head = digestOfCommit(last);
  return closeDraft(draft);
}

/** The state as it would be with these events as part of the next commit, which is not made yet. */
export function foldTentatively(state: State, events: readonly StoredEvent[]): State {
  const draft = openDraft(state);
  for (const event of events) applyEvent(draft, state, event, state.logNumber + 1);
  return closeDraft(draft);
}

/** Also where the state does not know the commit that it ends with. */
function follows(previous: string, last: Commit | undefined, { head }: State): boolean {
  return previous === (last ? digestOfCommit(last) : (head ?? previous));
}

function explainBrokenChain(number: number): RadliteError {
  return new RadliteError(
    "UNAVAILABLE",
    `commit ${number} was not written after the commit ${number - 1} that lies before it: the log holds parts of two histories, as after a restore that was not whole. Run "radlite registry fsck"; restore all of log/ from one copy`,
  );
}

/** Whether this code folds such an event; `name` is `kind@eventVersion`. */
export function knowsEvent(name: string): boolean {
  return KNOWN_EVENTS.has(name);
}

const KNOWN_EVENTS: ReadonlySet<string> = new Set(
  Object.entries(EVENT_VERSIONS).flatMap(([kind, newest]) =>
    Array.from({ length: newest }, (_, at) => `${kind}@${at + 1}`),
  ),
);

/** Under which name the state remembers an idempotency key. */
export function digestKey(actorName: string, idempotencyKey: string): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([actorName, idempotencyKey]))
    .digest("base64url");
  return digest.slice(0, 22); // 132 bits
}

function openDraft(state: State): Draft {
  return {
    ...state,
    models: new Map(state.models),
    opened: new Map(),
    runs: draftMap(state.runs),
    recipes: new Map(state.recipes),
    ignored: new Map(state.ignored),
  };
}

function openModel({ models, opened }: Draft, name: string): ModelDraft | undefined {
  const known = opened.get(name);
  if (known) return known;
  const model = models.get(name);
  if (!model) return undefined;
  const [policies, gates, aliases] = [[...model.policies], [...model.gates], new Map(model.aliases)];
  const draft = { ...model, policies, gates, versions: draftList(model.versions), aliases };
  opened.set(name, draft);
  return draft;
}

function closeDraft({ models, opened, runs, ...rest }: Draft): State {
  for (const [name, draft] of opened) models.set(name, { ...draft, versions: draft.versions.finish() });
  return { ...rest, models, runs: runs.finish() };
}

function applyEvent(draft: Draft, base: State, stored: StoredEvent, logNumber: number): void {
  const name = `${stored.kind}@${stored.eventVersion}`;
  const event = stored as RegistryEvent;
  const isApplied = knowsEvent(name) && applyKnown(draft, event, logNumber);
  if (!isApplied && !draft.ignored.has(name)) draft.ignored.set(name, logNumber);
  if (!isApplied || event.idempotencyKey === undefined) return;
  draft.keys = rememberKey(
    draft.keys,
    base.keys,
    digestKey(event.actor.name, event.idempotencyKey),
    logNumber,
  );
}

/** @returns whether it changed anything: false when the event is about something that is not known. */
function applyKnown(draft: Draft, event: RegistryEvent, logNumber: number): boolean {
  if (event.kind === "RequestAnswered") return true;
  if (event.kind === "ModelCreated") {
    const { model: name, description, at, actor } = event;
    draft.opened.delete(name);
    draft.models.set(name, {
      name,
      description,
      createdAt: at,
      createdBy: actor.name,
      sets: new Map(),
      policies: [],
      gates: [],
      versions: new SegmentedList(),
      aliases: new Map(),
    });
    return true;
  }
  if (event.kind === "RecipeRegistered") {
    draft.recipes.set(event.recipe.digest, holdRecipe(event, logNumber));
    return true;
  }
  if (event.kind === "RunStarted") {
    draft.runs.set(event.runId, startRun(event, logNumber));
    return true;
  }
  if (event.kind === "RunFinished") {
    const run = draft.runs.get(event.runId);
    if (!run) return false;
    draft.runs.set(run.id, finishRun(run, event));
    return true;
  }
  const model = openModel(draft, event.model);
  if (!model) return false;
  switch (event.kind) {
    case "VersionRegistered":
      if (event.number !== model.versions.length + 1) return false;
      model.versions.push(registerVersion(event, logNumber));
      return true;
    case "EvaluationSetDefined": {
      const { set: name, role, description, population } = event;
      model.sets = new Map(model.sets).set(name, { name, role, description, population });
      return true;
    }
    case "EvaluationRecorded":
      return changeVersion(model, event.version, (version) => recordEvaluation(version, event, logNumber));
    case "EvidenceRecorded":
      return changeVersion(model, event.version, (version) => holdEvidence(version, event, logNumber));
    case "PolicySet":
      model.policies.push(holdPolicy(event, logNumber));
      return true;
    case "GateSet":
      model.gates.push(holdGate(event, logNumber));
      return true;
    case "AliasMoved": {
      const moves = model.aliases.get(event.alias) ?? [];
      if (!model.versions.get(event.to - 1)) return false;
      const place = { ordinal: moves.length + 1, policy: model.policies.at(-1), logNumber };
      model.aliases.set(event.alias, [...moves, moveAlias(event, place)]);
      return true;
    }
    case "VersionArchived":
      return changeVersion(model, event.version, (version) => archiveVersion(version, event));
    case "VersionAnnotated":
      return changeVersion(model, event.version, (version) => annotateVersion(version, event, logNumber));
    case "VersionTagged":
      return changeVersion(model, event.version, (version) => tagVersion(version, event));
    default:
      return event satisfies never;
  }
}

function changeVersion(model: ModelDraft, number: number, change: (version: Version) => Version): boolean {
  const version = model.versions.get(number - 1);
  if (!version) return false;
  model.versions.set(number - 1, change(version));
  return true;
}
