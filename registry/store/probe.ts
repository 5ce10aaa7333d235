/**
 * Does a server keep its word on conditional writes? Some emulators ignore the condition silently and some let
 * several racing writers win; on either, two registries would write the same log number and lose a promotion.
 * So a writer tries once at start, on a key of its own: one race, one create too many, one replace, one stale replace.
 *
 * Only a write that must not have happened convicts a server. One that did not happen although it could may have been
 * lost on the way, or written and its answer lost: what lies there says which, and when it does not, nothing is known.
 */
import { randomUUID } from "node:crypto";
import { RadliteError } from "@radlite/model/errors";
import { isConflict, type ObjectStore, type StoredObject } from "./object-store.ts";

const RACERS = 8;

/**
 * @returns what the server does wrong, as the end of a sentence ("... because ..."), or undefined when it is fit.
 * @throws UNAVAILABLE when it cannot be found out now, so that it is tried again; else what the store throws.
 */
export async function probeConditions(store: ObjectStore): Promise<string | undefined> {
  const key = `probe/${randomUUID()}`;
  const bytes = (text: string) => new TextEncoder().encode(text);
  try {
    const racers = Array.from({ length: RACERS }, (_, i) => wins(store.create(key, bytes(`racer ${i}`))));
    const winners = (await Promise.all(racers)).filter(Boolean).length;
    if (winners > 1) return `its server let ${winners} writers create the same object (If-None-Match)`;
    if (await wins(store.create(key, bytes("late"))))
      return "its server created an existing object again (If-None-Match)";
    const first = await store.get(key);
    if (!first) return "its server does not show an object that it has just taken";
    const isReplaced = await wins(store.replace(key, bytes("second"), first.etag));
    if (!isReplaced && !holds(await store.get(key), "second")) {
      throw new RadliteError(
        "UNAVAILABLE",
        `${store.name}: its server did not replace an object that nobody had changed (If-Match); try again`,
      );
    }
    if (await wins(store.replace(key, bytes("third"), first.etag))) {
      return "its server replaced an object that had changed (If-Match)";
    }
    return undefined;
  } finally {
    await store.delete(key).catch(() => undefined); // a leftover of a few bytes harms nobody
  }
}

async function wins(write: Promise<void>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}

const holds = (found: StoredObject | undefined, text: string): boolean =>
  found !== undefined && new TextDecoder().decode(found.bytes) === text;
