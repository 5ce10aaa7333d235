/**
 * What can be done with a registry and asked of it. Mutations are `(registry, input) => Promise`; they decide on
 * a fresh state and answer once the log has it. Queries over a state are plain functions of it, so that one
 * `await registry.refresh()` answers a whole request; those that need evidence from the store take the registry.
 */

import type { Metrics } from "@radlite/model/statistics";
import type {
  Actor,
  Evaluation,
  EvaluationSet,
  FailedRule,
  Model,
  OperatingPoint,
  Policy,
  Promotion,
  Registry,
  Run,
  RunOutcome,
  State,
  Version,
  VersionFacts,
  VersionRegistered,
} from "@radlite/registry/log";
import type { ObjectStore } from "@radlite/registry/store";

/** What every mutation takes. */
export interface Mutation {
  actor: Actor;
  /** 1 to 128 characters; a repeated mutation with the same key by the same actor happens once. */
  idempotencyKey?: string;
}

// --- mutations -------------------------------------------------------------------------------------------

export interface CreateModelInput extends Mutation {
  /** Lower-case letters, digits and hyphens, 1 to 63. */
  name: string;
  description: string;
  /** DEFAULT_POLICY when left out. */
  policy?: Policy;
}
/** @throws CONFLICT when the model exists. */
export declare function createModel(registry: Registry, input: CreateModelInput): Promise<Model>;

export interface RegisterVersionInput extends Mutation {
  /** SHA-256 of an artifact that is in the store (see `uploadArtifact`). */
  artifact: string;
  /** Size, parameters and macs may be left out; when given they must be those of the bytes. */
  facts: Omit<VersionFacts, "formatVersion" | "sizeBytes" | "parameters" | "macs"> &
    Partial<Pick<VersionFacts, "sizeBytes" | "parameters" | "macs">>;
  evaluations?: readonly Evaluation[];
  runId?: string;
}
/** An artifact that the model already has is not registered twice: its version is returned. */
export declare function registerVersion(registry: Registry, input: RegisterVersionInput): Promise<Version>;
/** Stores bytes under their SHA-256. @returns the digest. */
export declare function uploadArtifact(store: ObjectStore, bytes: Uint8Array): Promise<string>;
/** @returns the bytes, verified. @throws NOT_FOUND, or BAD_ARTIFACT when the digest differs. */
export declare function readArtifact(store: ObjectStore, digest: string): Promise<Uint8Array>;
/** Adds an evaluation to a version that is registered. */
export declare function recordEvaluation(
  registry: Registry,
  input: Mutation & { version: string; evaluation: Evaluation },
): Promise<Version>;

export declare const DEFAULT_POLICY: Policy;
export declare function setPolicy(
  registry: Registry,
  input: Mutation & { model: string; policy: Policy },
): Promise<Model>;

export interface PromoteInput extends Mutation {
  /** Id `<model>@<number>`. */
  version: string;
  /** Default `production`. */
  alias?: string;
  /** Id of the version that the caller believes the alias names; null: none; left out: do not check. */
  expectedCurrent?: string | null;
  reason: string;
  /** Promotes in spite of failed rules; needs the approver role and a reason. */
  force?: boolean;
}
export type PromoteResult =
  | { kind: "promoted"; promotion: Promotion }
  | { kind: "refused"; failedRules: FailedRule[] }
  | { kind: "conflict"; current: Version | undefined };
export declare function promote(registry: Registry, input: PromoteInput): Promise<PromoteResult>;

export interface RollbackInput extends Mutation {
  model: string;
  alias?: string;
  expectedCurrent?: string | null;
  reason: string;
}
export type RollbackResult =
  | { kind: "promoted"; promotion: Promotion }
  | { kind: "conflict"; current: Version | undefined };
/** Back to the version that the present one was promoted over. @throws NOT_FOUND when there is none. */
export declare function rollback(registry: Registry, input: RollbackInput): Promise<RollbackResult>;

// --- runs ------------------------------------------------------------------------------------------------

export interface StartRunInput extends Mutation {
  model: string;
  recipe: { name: string; digest: string };
  dataset: string;
  executor: string;
}
export declare function startRun(registry: Registry, input: StartRunInput): Promise<Run>;
export interface FinishRunInput extends Mutation {
  runId: string;
  outcome: RunOutcome;
  message?: string;
  /** Id of the version that the run registered. */
  version?: string;
}
export declare function finishRun(registry: Registry, input: FinishRunInput): Promise<Run>;
/** Asks a run to stop; one without a heartbeat is finished as CANCELLED here. */
export declare function cancelRun(
  registry: Registry,
  input: Mutation & { runId: string; reason?: string },
): Promise<Run>;

/** One epoch of a run. Names of figures carry units, such as `trainingLoss`, `validationAuc`, `durationMs`. */
export interface EpochRecord {
  formatVersion: 1;
  /** From 1. */
  epoch: number;
  /** How many there will be. */
  epochs: number;
  at: string;
  figures: Record<string, number>;
}
export declare function recordEpoch(
  registry: Registry,
  input: { runId: string; epoch: number; epochs: number; figures: Record<string, number> },
): Promise<void>;
/** To be called every HEARTBEAT_MS. */
export declare function heartbeat(
  registry: Registry,
  input: { runId: string },
): Promise<{ cancelRequested: boolean }>;
export declare const HEARTBEAT_MS: number;
export declare const LOST_AFTER_MS: number;

export type RunStatus = "RUNNING" | "LOST" | RunOutcome;
export interface RunProgress {
  status: RunStatus;
  /** ISO time of the last heartbeat. */
  heartbeatAt?: string;
  cancelRequested: boolean;
  epochs: EpochRecord[];
}
export declare function readRunStatus(registry: Registry, run: Run): Promise<RunStatus>;
export declare function readRunProgress(registry: Registry, run: Run): Promise<RunProgress>;

/** A training slot of a machine, held while it is renewed. */
export interface Lease {
  host: string;
  slot: number;
  /** Every LEASE_RENEWAL_MS. @throws CONFLICT when somebody else has it. */
  renew(): Promise<void>;
  release(): Promise<void>;
}
export declare const LEASE_RENEWAL_MS: number;
/** @returns a lease, or undefined when every slot of this host is taken. */
export declare function takeTrainingSlot(
  registry: Registry,
  input: { host: string; slots: number; runId: string },
): Promise<Lease | undefined>;

// --- queries over a state ----------------------------------------------------------------------------------

/** Figures of a version on a set with 95% intervals, or undefined when it was not evaluated there. */
export interface VersionMetrics extends Metrics {
  latencyMs: number;
  threshold: number;
  thresholdRule: string;
  images: string;
}
export declare function metricsOf(version: Version, set: EvaluationSet): VersionMetrics | undefined;

export interface NumberFilter {
  eq?: number;
  in?: readonly number[];
  gte?: number;
  lte?: number;
}
export interface TextFilter {
  eq?: string;
  in?: readonly string[];
  contains?: string;
}
export interface VersionFilter {
  model?: TextFilter;
  number?: NumberFilter;
  sizeBytes?: NumberFilter;
  parameters?: NumberFilter;
  macs?: NumberFilter;
  recipe?: TextFilter;
  runId?: TextFilter;
  /** ISO times; compared as such. */
  createdAt?: { gte?: string; lte?: string };
  /** Left out: both. */
  archived?: boolean;
  /** Point estimates on `metricsOn`; a version without that evaluation does not match. */
  accuracy?: NumberFilter;
  sensitivity?: NumberFilter;
  specificity?: NumberFilter;
  auc?: NumberFilter;
}
export declare const VERSION_ORDER_FIELDS: readonly [
  "NUMBER",
  "SIZE_BYTES",
  "PARAMETERS",
  "MACS",
  "CREATED_AT",
  "ACCURACY",
  "SENSITIVITY",
  "SPECIFICITY",
  "AUC",
];
export type VersionOrderField = (typeof VERSION_ORDER_FIELDS)[number];
export interface VersionOrder {
  field: VersionOrderField;
  direction: "ASC" | "DESC";
}
export interface Page<T> {
  edges: { cursor: string; node: T }[];
  totalCount: number;
  hasNextPage: boolean;
}
export interface PageInput {
  /** 1 to 100; default 20. */
  first?: number;
  /** The cursor of an edge seen before. */
  after?: string;
}
export interface ListVersionsInput extends PageInput {
  filter?: VersionFilter;
  /** Default: number descending within the models by name. */
  orderBy?: VersionOrder;
  /** The set whose figures filter and order use; default `validation`. */
  metricsOn?: EvaluationSet;
}
export declare function listVersions(state: State, input?: ListVersionsInput): Page<Version>;
/** Newest first. */
export declare function listRuns(state: State, input?: PageInput & { model?: string }): Page<Run>;
/** By name. */
export declare function listModels(state: State, input?: PageInput): Page<Model>;

/** The smallest version that passes the policy (the model's own unless given), or undefined. */
export declare function smallestAccurate(
  state: State,
  input: { model: string; policy?: Policy },
): Version | undefined;
/** Which rules of a policy a version breaks, against what the alias names now; the digest is not looked at. */
export declare function checkPolicy(
  state: State,
  version: Version,
  input?: { policy?: Policy; alias?: string },
): FailedRule[];
/** Moves of an alias, newest first. */
export declare function historyOf(
  state: State,
  input: PageInput & { model: string; alias?: string },
): Page<Promotion>;
/** What the alias named at an ISO time. */
export declare function productionAt(
  state: State,
  input: { model: string; alias?: string; at: string },
): Version | undefined;
/** The version, its parent, the parent's parent, ... as far as they are registered. */
export declare function lineageOf(state: State, version: Version): Version[];

// --- queries that read evidence ------------------------------------------------------------------------------

/** Stages, provenance and the sealed validation counts of a version, from its event. */
export declare function readVersionFacts(registry: Registry, version: Version): Promise<VersionRegistered>;
/** The latest evaluation of a version on a set with its cases, digest verified; undefined when there is none. */
export declare function readEvaluation(
  registry: Registry,
  version: Version,
  set: EvaluationSet,
): Promise<Evaluation | undefined>;

export interface PairedComparison {
  first: Version;
  second: Version;
  /** Cases whose verdict differs. */
  flipped: number;
  /** Cases that the one alone got right. */
  onlyFirst: number;
  onlySecond: number;
  /** McNemar's exact test, two-sided. */
  pValue: number;
}
export interface Comparison {
  set: EvaluationSet;
  images: string;
  versions: { version: Version; metrics: VersionMetrics }[];
  /** The first version against each other one. */
  pairs: PairedComparison[];
}
/** @throws BAD_INPUT when the versions were not evaluated on the same images. */
export declare function compareVersions(
  registry: Registry,
  input: { versions: readonly string[]; on: EvaluationSet },
): Promise<Comparison>;

// --- keeping house -------------------------------------------------------------------------------------------

export interface FsckProblem {
  kind: string;
  key: string;
  message: string;
}
export interface FsckReport {
  commits: number;
  versions: number;
  artifacts: number;
  evaluations: number;
  problems: FsckProblem[];
  /** What `rebuild` wrote anew. */
  rebuilt: string[];
}
export declare function fsck(registry: Registry, options?: { rebuild?: boolean }): Promise<FsckReport>;

/** Registers a bundle folder (its `parent/` first), creating the model when it does not exist. */
export declare function registerBundle(
  registry: Registry,
  folder: string,
  input: Mutation & { runId?: string },
): Promise<Version>;
export interface SeedReport {
  registered: Version[];
  present: Version[];
  promoted: Promotion[];
}
/** Registers what is missing of a folder of bundles; promotes only where nothing is in production. */
export declare function seedRegistry(registry: Registry, shippedFolder: string): Promise<SeedReport>;

export type { OperatingPoint };
