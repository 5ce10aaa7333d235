/** Registering the bundle that a long command is going to make. */
import { localActor, openLocalRegistry } from "./local-registry.ts";

/**
 * Opened before the work, so that a store that does not answer is known before and not after it. The result gives
 * the id of the version.
 */
export async function prepareRegistration(): Promise<(bundle: string) => Promise<string>> {
  const { registerBundle } = await import("@radlite/registry/commands");
  const registry = await openLocalRegistry("write");
  return async (bundle) => (await registerBundle(registry, bundle, { actor: localActor() })).id;
}
