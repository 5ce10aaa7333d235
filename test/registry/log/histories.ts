/** Registries over stores for tests of the log. */
import { commit, openRegistry, type Registry, type RegistryEvent } from "@radlite/registry/log";
import { memoryStore, type ObjectStore } from "@radlite/registry/store";
import { modelCreated, versionRegistered } from "./sample-events.ts";

export function recordWarnings() {
  const warnings: string[] = [];
  return {
    warnings,
    logger: { info: () => undefined, warn: (message: string) => void warnings.push(message) },
  };
}

export const open = (store: ObjectStore, snapshotEvery = 64): Promise<Registry> =>
  openRegistry({ store, snapshotEvery, logger: recordWarnings().logger });

export async function write(registry: Registry, ...events: RegistryEvent[]): Promise<number> {
  const number = await commit(registry, () => ({ events, answer: (state) => state.logNumber }));
  await registry.snapshotsWritten;
  return number;
}

/** Ten commits and, every four of them, a snapshot. */
export async function makeHistory(): Promise<{ store: ObjectStore; registry: Registry }> {
  const store = memoryStore();
  const registry = await open(store, 4);
  await write(registry, modelCreated());
  for (let n = 1; n <= 9; n++) await write(registry, versionRegistered(n));
  return { store, registry };
}
