/**
 * State: the fold of all events up to one log number, and nothing else. It is immutable, so one state answers
 * a whole request. It holds what lists, filters, policies and history need (500 bytes a version at most in a
 * snapshot); stages, provenance and per-case evidence stay in the log and under their digests, to be read
 * with `readVersionFacts` and `readEvaluation` of registry/commands. Times are ISO 8601 strings in UTC.
 */
import type { Confusion } from "@radlite/model/format";
import type { EvaluationSet, EvidenceKind, RecipeName } from "@radlite/registry/bundle";
import type { AnsweredKeys } from "./answered-keys.ts";
import { findPlace } from "./artifact-places.ts";
import type { ChangedFigures, RoundedEstimate } from "./evaluation-events.ts";
import type { Movement, RunOutcome } from "./events.ts";
import type { Actor } from "./origin.ts";
import type { FailedRule, Policy } from "./policies.ts";
import type { SegmentedList } from "./segmented-list.ts";
import { SegmentedMap } from "./segmented-map.ts";
import type { OperatingPoint } from "./version-events.ts";

/** The alias that the classify function serves. */
export const PRODUCTION = "production";

/** Summary of one evaluation; accuracy, sensitivity and specificity follow from `confusion` (see `metricsOf`). */
export interface EvaluationSummary {
  /** Name of the evaluation set. */
  set: string;
  /** Digest of the sorted image hashes: two summaries compare only when it is equal. */
  images: string;
  /** Over all changes of a set that has some. */
  confusion: Confusion;
  auc: RoundedEstimate;
  /** For a set of changed radiographs. */
  changed?: ChangedFigures;
  ece: number;
  latencyMs: number;
  /** The commit whose EvaluationRecorded event names the evidence. */
  logNumber: number;
}

/** What else was measured of a version, to be read under its digest. */
export interface HeldEvidence {
  kind: EvidenceKind;
  /** Digest of `evidence/<evidence>.json`. */
  evidence: string;
  /** Digest of the sorted image hashes. */
  images: string;
  logNumber: number;
}

export interface Version {
  /** `<model>@<number>`. */
  id: string;
  model: string;
  number: number;
  /** SHA-256 of the sealed file. */
  artifact: string;
  sizeBytes: number;
  parameters: number;
  macs: number;
  recipe: string;
  /** SHA-256 of the recipe's text. */
  recipeDigest: string;
  /** Of everything random in training. */
  seed: number;
  /** Digest of the sorted hashes of the training images. */
  trainingImages: string;
  /** Names of the compression stages, in order. */
  stageNames: readonly string[];
  /** Which layers each stage spared, as JSON; absent where none spared any. It can be said where a version is compressed. */
  pinned?: string;
  /** Digest of the parent's artifact; `findArtifact` tells whether it is registered here. */
  parent?: string;
  /** Digests of the artifacts that it learnt from, as for the parent; absent where there was none. */
  teachers?: readonly string[];
  runId?: string;
  tags: Readonly<Record<string, string>>;
  operatingPoint?: OperatingPoint;
  /** The latest evaluation on each set, by its name. */
  evaluations: ReadonlyMap<string, EvaluationSummary>;
  /** The latest of each kind; absent where there is none. */
  evidence?: ReadonlyMap<EvidenceKind, HeldEvidence>;
  /** The commit of each note, oldest first; their texts stay in the log. Absent where there is none. */
  notes?: readonly number[];
  createdAt: string;
  createdBy: string;
  archivedAt?: string;
  /** The commit whose VersionRegistered event carries the rest of its facts. */
  logNumber: number;
}

/** One move of an alias; a model's history is the list of them. */
export interface Promotion {
  /** `<model>/<alias>/<ordinal>`. */
  id: string;
  model: string;
  alias: string;
  /** 1, 2, 3, ... within the alias, without a gap. */
  ordinal: number;
  /** Version number that it left; absent for the first. */
  from?: number;
  to: number;
  movement: Movement;
  reason: string;
  forced: boolean;
  failedRules: readonly FailedRule[];
  at: string;
  actor: Actor;
  logNumber: number;
}

/** A policy, and who set it. */
export interface HeldPolicy extends Policy {
  /** Why, where whoever set it said so. */
  reason?: string;
  at: string;
  actor: Actor;
  logNumber: number;
}

/** A gate, and who set it. */
export interface HeldGate {
  /** SHA-256 of its file. */
  artifact: string;
  sizeBytes: number;
  /** Whom its data set shows, in words. */
  population: string;
  reason: string;
  at: string;
  actor: Actor;
  logNumber: number;
}

export interface Model {
  name: string;
  description: string;
  createdAt: string;
  createdBy: string;
  /** Every policy that it ever had, oldest first; the last one holds. createModel writes the first at once. */
  policies: readonly HeldPolicy[];
  /** Every gate that it ever had, oldest first; the last one holds, whichever version answers. */
  gates: readonly HeldGate[];
  /** The sets that somebody defined, by name; `findSet` of registry/commands knows the standard ones too. */
  sets: ReadonlyMap<string, EvaluationSet>;
  /** Index = number - 1. */
  versions: SegmentedList<Version>;
  /** The moves of each alias, oldest first; the last one's `to` is what it names now. */
  aliases: ReadonlyMap<string, readonly Promotion[]>;
}

/** A recipe that somebody registered, to be read under its digest. */
export interface HeldRecipe extends RecipeName {
  /** The line of versions that its artifacts join. */
  model: string;
  registeredAt: string;
  registeredBy: string;
  logNumber: number;
}

export interface Run {
  id: string;
  model: string;
  recipe: RecipeName;
  /** In place of the recipe's own. */
  seed?: number;
  dataset: string;
  executor: string;
  startedAt: string;
  startedBy: string;
  /** Absent while it is not known to have ended; RUNNING or LOST follows at query time from its heartbeat. */
  outcome?: RunOutcome;
  finishedAt?: string;
  message?: string;
  /** Id of the version that it registered. */
  version?: string;
  logNumber: number;
}

export interface State {
  /** Number of the last commit folded in; 0 for an empty registry. */
  logNumber: number;
  /** SHA-256 of that commit's bytes; absent for an empty registry. */
  head?: string;
  models: ReadonlyMap<string, Model>;
  runs: SegmentedMap<Run>;
  /** The registered ones, by digest; the shipped ones are not among them unless somebody registered them. */
  recipes: ReadonlyMap<string, HeldRecipe>;
  /** Which commits answered the latest requests with an idempotency key; the answers themselves stay in the log. */
  keys: AnsweredKeys;
  /** `kind@eventVersion` of events that this fold did not know -> number of the first commit with one. */
  ignored: ReadonlyMap<string, number>;
}

export const EMPTY_STATE: State = {
  logNumber: 0,
  models: new Map(),
  runs: new SegmentedMap(),
  recipes: new Map(),
  keys: [],
  ignored: new Map(),
};

/** @returns the version of that id (`<model>@<number>`), or undefined; no other spelling of a number names it. */
export function findVersion(state: State, id: string): Version | undefined {
  const [, model, number] = /^([^@]+)@([1-9][0-9]*)$/.exec(id) ?? [];
  return model === undefined ? undefined : state.models.get(model)?.versions.get(Number(number) - 1);
}

/** @returns the version registered first with that artifact digest, or undefined. */
export function findArtifact(state: State, digest: string): Version | undefined {
  let first: Version | undefined;
  for (const { versions } of state.models.values()) {
    const version = findArtifactIn(versions, digest);
    if (version && (!first || version.logNumber < first.logNumber)) first = version;
  }
  return first;
}

/** @returns the first of these versions with that artifact digest, or undefined. */
export function findArtifactIn(versions: SegmentedList<Version>, digest: string): Version | undefined {
  const index = findPlace(versions, digest);
  return index < 0 ? undefined : versions.get(index);
}

/** @returns the latest move of an alias, or undefined when it names nothing. */
export function latestPromotion(
  state: State,
  model: string,
  alias: string = PRODUCTION,
): Promotion | undefined {
  return state.models.get(model)?.aliases.get(alias)?.at(-1);
}

/** @returns the version that an alias names now, or undefined. */
export function currentVersion(state: State, model: string, alias: string = PRODUCTION): Version | undefined {
  const promotion = latestPromotion(state, model, alias);
  return promotion && state.models.get(model)?.versions.get(promotion.to - 1);
}

/** @returns the gate that stands before a model's versions now, or undefined. */
export function currentGate(state: State, model: string): HeldGate | undefined {
  return state.models.get(model)?.gates.at(-1);
}
