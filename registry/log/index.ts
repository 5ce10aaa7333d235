/** The registry as a log of events on an object store, and the state that they fold to. */
export type * from "./evaluation.ts";
export { EVALUATION_SETS, LABELS } from "./evaluation.ts";
export type * from "./events.ts";
export { EVENT_VERSIONS, MOVEMENTS, POLICY_BOUNDS, ROLES, RULES, RUN_OUTCOMES } from "./events.ts";
export type { Pointer } from "./pointer.ts";
export type { Logger, OpenRegistryOptions, Registry } from "./registry.ts";
export type * from "./state.ts";
export {
  currentVersion,
  EMPTY_STATE,
  findArtifact,
  findVersion,
  latestPromotion,
  PRODUCTION,
} from "./state.ts";
