/**
 * The registry at RADLITE_STORE, as whoever sits at this machine uses it. Whoever can write to the store can
 * write anything there, so the command line asks for no credentials and acts in the highest role; the name in
 * the history is that of the user account.
 */
import { userInfo } from "node:os";
import { RadliteError } from "@radlite/model/errors";
import type { Actor, Registry, State } from "@radlite/registry/log";
import { type ObjectStore, storeAddress } from "@radlite/registry/store";
import { warn } from "./show/output.ts";

export { storeAddress };

/** The model (line of versions) that commands mean when none is named. */
export const DEFAULT_MODEL = "chest-xray";

/** @throws BAD_INPUT for an address of another form, UNAVAILABLE when it does not answer. */
export async function openLocalStore(access: "read" | "write"): Promise<ObjectStore> {
  const { openStore } = await import("@radlite/registry/store");
  return openStore(storeAddress(), { access });
}

/** Its state is as of now. @throws as `openLocalStore`, and UNAVAILABLE for a log with a hole. */
export async function openLocalRegistry(access: "read" | "write"): Promise<Registry> {
  const { openRegistry } = await import("@radlite/registry/log");
  const store = await openLocalStore(access);
  // Opened for reading, it would only warn that it is read-only.
  return openRegistry({ store, logger: { info: () => {}, warn: access === "write" ? warn : () => {} } });
}

/** @throws NOT_FOUND that names the models which are there. */
export function requireKnownModel({ models }: State, model: string): void {
  if (models.has(model)) return;
  const known = [...models.keys()].join(", ") || "none";
  throw new RadliteError(
    "NOT_FOUND",
    `there is no model ${model} at ${storeAddress()}; models there: ${known}`,
  );
}

export function localActor(): Actor {
  return { name: accountName(), role: "approver" };
}

/** In a container the number of the user may have no account. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}
