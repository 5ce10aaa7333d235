/** The registry as a log of events on an object store, and the state that they fold to. */
export { type AnsweredKeys, findAnswering, KEYS_KEPT, listAnswered } from "./answered-keys.ts";
export { commit, type Decide, type Decision } from "./commit.ts";
export { decodeCommit, digestOfCommit, encodeCommit, makeCommit, writeCommit } from "./commit-object.ts";
export type * from "./evaluation-events.ts";
export type * from "./events.ts";
export { EVENT_VERSIONS, MOVEMENTS, RUN_OUTCOMES } from "./events.ts";
export { digestKey, fold, knowsEvent } from "./fold.ts";
export {
  LOG_PREFIX,
  logKey,
  numberOfLogKey,
  numberOfSnapshotKey,
  POINTER_PREFIX,
  pointerKey,
  SNAPSHOT_PARTS_PREFIX,
  SNAPSHOT_PREFIX,
  segmentKey,
  snapshotKey,
} from "./keys.ts";
export { type Actor, type EventOrigin, ROLES, type Role } from "./origin.ts";
export { listPerformance, type Performance } from "./performance.ts";
export {
  decodePointer,
  isNoPointer,
  movePointer,
  NO_POINTER,
  type Pointer,
  pointerOf,
  readPointer,
  saysGate,
  saysSame,
} from "./pointer.ts";
export { clearPointer, mendPointers, readSettledPointer } from "./pointer-mending.ts";
export type * from "./policies.ts";
export { POLICY_BOUNDS, POLICY_FIGURES, RULES } from "./policies.ts";
export { randomId } from "./random-id.ts";
export { promotionId, roundEstimate, roundTo, versionId } from "./records.ts";
export {
  type Logger,
  type OpenRegistryOptions,
  openRegistry,
  type Registry,
  tryToMendPointers,
} from "./registry.ts";
export { draftList, SEGMENT_LENGTH, type Segment, SegmentedList, segmentOf } from "./segmented-list.ts";
export { SegmentedMap } from "./segmented-map.ts";
export { decodeSnapshot, encodeSnapshot, isOlderSnapshot } from "./snapshot-codec.ts";
export { aucColumn } from "./snapshot-columns.ts";
export { listUnnamedParts, readSnapshot, storeSnapshot } from "./snapshots.ts";
export type * from "./state.ts";
export {
  currentGate,
  currentVersion,
  EMPTY_STATE,
  findArtifact,
  findArtifactIn,
  findVersion,
  latestPromotion,
  PRODUCTION,
} from "./state.ts";
export { readCommit } from "./tail.ts";
export type * from "./version-events.ts";
