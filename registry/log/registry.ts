/** Registry: a store, the state last read from it, and what reading and writing it needs. */
import type { ObjectStore } from "@radlite/registry/store";
import type { State } from "./state.ts";

export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

export interface OpenRegistryOptions {
  store: ObjectStore;
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** In [0, 1): ids and back-off come from it. */
  random?: () => number;
  logger?: Logger;
}

export interface Registry {
  readonly store: ObjectStore;
  readonly clock: () => number;
  readonly random: () => number;
  readonly logger: Logger;
  /** As of the last refresh or commit of this process; immutable. */
  readonly state: State;
  /** Reads what others have committed since and returns the state with it. */
  refresh(): Promise<State>;
}
