/**
 * Does a server keep its word on conditional writes? Some emulators ignore the condition silently and some let
 * several racing writers win; on either, two registries would write the same log number and lose a promotion.
 * So a writer tries once at start, on a key of its own: one race, one create too many, one stale replace.
 */
import { randomUUID } from "node:crypto";
import { isConflict, type ObjectStore } from "./object-store.ts";

const RACERS = 8;

/**
 * @returns what the server does wrong, as the end of a sentence ("... because ..."), or undefined when it is fit.
 * @throws what the store throws when it cannot be written at all.
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
    await store.replace(key, bytes("second"), first.etag);
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
