/**
 * The events of the registry: what happened, by whom and when, in the past tense. They are stored for ever as
 * canonical JSON inside numbered log objects, so a published shape never changes: a new need is a new
 * `eventVersion` or a new kind, and a sample of every one ever written stays in test/fixtures/events and folds.
 * A reader keeps and ignores a kind or version that it does not know.
 *
 * Digests are SHA-256 in 64 hex digits; times are ISO 8601 in UTC with milliseconds, by the writer's clock.
 * The order of the log, not of the times, is the order of what happened.
 */

import type { ErrorCode } from "@radlite/model/errors";
import type { RecipeName } from "@radlite/registry/bundle";
import type { EvaluationRecorded, EvaluationSetDefined, EvidenceRecorded } from "./evaluation-events.ts";
import type { EventOrigin } from "./origin.ts";
import type { FailedRule, FirstFailedRule, FirstPolicy, Policy } from "./policies.ts";
import type {
  VersionAnnotated,
  VersionArchived,
  VersionRegistered,
  VersionTagged,
} from "./version-events.ts";

/** What a request with a key came to, in what is needed to answer it the same way again. */
export type RequestOutcome =
  /** Id of what it was answered with: a model, version, recipe, promotion or run, whether or not anything changed. */
  | { kind: "done"; subject: string }
  /** Of a request that is answered with many, in its order; from version 2 on. */
  | { kind: "allDone"; subjects: string[] }
  /** Id of the version that the alias named instead of the expected one; null: none. */
  | { kind: "conflict"; current: string | null }
  | { kind: "refused"; failedRules: FailedRule[] }
  /** It was thrown to the caller; the code is one of model/errors. */
  | { kind: "failed"; code: ErrorCode; message: string };

/**
 * A request with an idempotency key was answered, whatever it came to; in the commit of what it brought about. The
 * same key with the same input is answered from here, with another input it is refused.
 */
export interface RequestAnswered extends EventOrigin {
  kind: "RequestAnswered";
  /** 2 where it is answered with many; 1 otherwise, so that older releases remember its key too. */
  eventVersion: 1 | 2;
  idempotencyKey: string;
  /** Name of the command, such as `promote`. */
  command: string;
  /** SHA-256 of the canonical JSON of its input with its defaults, without actor and key. */
  input: string;
  outcome: RequestOutcome;
}

export interface ModelCreated extends EventOrigin {
  kind: "ModelCreated";
  eventVersion: 1;
  model: string;
  description: string;
}

/** The gate that stands before every version of a model from now on. Size and population are read from its bytes. */
export interface GateSet extends EventOrigin {
  kind: "GateSet";
  eventVersion: 1;
  model: string;
  /** Digest of `artifacts/<artifact>`, a `.rlg`. */
  artifact: string;
  sizeBytes: number;
  /** Whom its data set shows, in words. */
  population: string;
  /** Why, in the words of whoever set it. */
  reason: string;
}

interface PolicySetFirst extends EventOrigin {
  kind: "PolicySet";
  eventVersion: 1;
  model: string;
  policy: FirstPolicy;
}

interface PolicySetSecond extends EventOrigin {
  kind: "PolicySet";
  eventVersion: 2;
  model: string;
  policy: Policy;
  /** Why, in the words of whoever set it. */
  reason?: string;
}

/** Version 1 knew three minimums on one set, and no reason. */
export type PolicySet = PolicySetFirst | PolicySetSecond;

export const MOVEMENTS = ["promotion", "rollback"] as const;

export type Movement = (typeof MOVEMENTS)[number];

interface AliasMove extends EventOrigin {
  kind: "AliasMoved";
  model: string;
  alias: string;
  /** The version number that the alias left; null when it named none. */
  from: number | null;
  to: number;
  movement: Movement;
  reason: string;
  forced: boolean;
}

interface AliasMovedFirst extends AliasMove {
  eventVersion: 1;
  failedRules: FirstFailedRule[];
}

interface AliasMovedSecond extends AliasMove {
  eventVersion: 2;
  /** What a forced promotion broke; empty otherwise. */
  failedRules: FailedRule[];
}

/** Version 1 named a broken minimum by a rule of its own, without the set. */
export type AliasMoved = AliasMovedFirst | AliasMovedSecond;

/** A recipe that anybody may train by from now on; its text lies under its digest. */
export interface RecipeRegistered extends EventOrigin {
  kind: "RecipeRegistered";
  eventVersion: 1;
  /** The line of versions that its artifacts join, which need not be there yet. */
  model: string;
  recipe: RecipeName;
}

export interface RunStarted extends EventOrigin {
  kind: "RunStarted";
  /** 1 knew no seed but the recipe's. */
  eventVersion: 1 | 2;
  runId: string;
  model: string;
  recipe: RecipeName;
  /** In place of the recipe's own; from version 2 on. */
  seed?: number;
  /** The configured name of the data set, never a path. */
  dataset: string;
  /** Where it runs, such as `child`. */
  executor: string;
}

export const RUN_OUTCOMES = ["SUCCEEDED", "FAILED", "CANCELLED"] as const;

export type RunOutcome = (typeof RUN_OUTCOMES)[number];

export interface RunFinished extends EventOrigin {
  kind: "RunFinished";
  eventVersion: 1;
  runId: string;
  outcome: RunOutcome;
  /** What went wrong or who asked, for people. */
  message?: string;
  /** Number of the version that it registered in its model. */
  version?: number;
}

export type RegistryEvent =
  | ModelCreated
  | VersionRegistered
  | EvaluationSetDefined
  | EvaluationRecorded
  | EvidenceRecorded
  | GateSet
  | PolicySet
  | AliasMoved
  | RecipeRegistered
  | RunStarted
  | RunFinished
  | VersionArchived
  | VersionAnnotated
  | VersionTagged
  | RequestAnswered;

export type EventKind = RegistryEvent["kind"];

/** The newest version of each kind that this code folds; older ones keep folding. */
export const EVENT_VERSIONS = {
  ModelCreated: 1,
  VersionRegistered: 2,
  EvaluationSetDefined: 1,
  EvaluationRecorded: 2,
  EvidenceRecorded: 1,
  GateSet: 1,
  PolicySet: 2,
  AliasMoved: 2,
  RecipeRegistered: 1,
  RunStarted: 2,
  RunFinished: 1,
  VersionArchived: 2,
  VersionAnnotated: 2,
  VersionTagged: 1,
  RequestAnswered: 2,
} as const satisfies Record<EventKind, number>;

/** An event as read: one of ours, or one that a newer Radlite wrote. */
export interface StoredEvent {
  kind: string;
  eventVersion: number;
  at: string;
}

/** `log/<20 digits>.json`: what one create made durable, all of it or nothing. */
export interface Commit {
  formatVersion: 1;
  /** 1, 2, 3, ...: the number in its key. */
  number: number;
  /** Random and fixed per attempt: a writer whose answer was lost recognises its own object by it. */
  commitId: string;
  /**
   * SHA-256 of the bytes of the commit before: a log that was put back to an earlier copy and grew on is another one
   * than before, also where the numbers are the same. Absent in the first commit and in those of older releases.
   */
  previous?: string;
  /** SHA-256 of the canonical JSON of `events`. */
  digest: string;
  events: StoredEvent[];
}
