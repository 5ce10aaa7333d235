/**
 * removing/<id>: the object that a gc is at, its key in a line before its bytes, from before its removal until it is
 * known that no event named it in the meantime. A gc that is stopped between the two leaves it there, and the next one
 * puts back what is named: so nothing that is named is ever gone for good.
 */
import { type ObjectStore, overwrite } from "@radlite/registry/store";

export const REMOVING_PREFIX = "removing/";

/** A gc writes its own anew with each object: one that is older was left. */
const LEFT_AFTER_MS = 60_000;

const LINE_FEED = 10;

export async function setAside(
  store: ObjectStore,
  id: string,
  key: string,
  bytes: Uint8Array,
): Promise<void> {
  await overwrite(store, REMOVING_PREFIX + id, Buffer.concat([Buffer.from(`${key}\n`), bytes]));
}

export const forget = (store: ObjectStore, id: string): Promise<void> => store.delete(REMOVING_PREFIX + id);

/**
 * Puts back what a gc that was stopped had removed although it is named.
 * @param isNamed of the key of an object.
 * @returns the keys.
 */
export async function restoreLeft(
  store: ObjectStore,
  now: number,
  isNamed: (key: string) => boolean,
): Promise<string[]> {
  const restored: string[] = [];
  for await (const place of store.list(REMOVING_PREFIX)) {
    const found = await store.get(place);
    const about = found && (await store.stat(place));
    if (!about || now - about.writtenMs < LEFT_AFTER_MS) continue;
    const end = found.bytes.indexOf(LINE_FEED);
    const key = Buffer.from(found.bytes.subarray(0, end)).toString();
    if (isNamed(key) && !(await store.stat(key))) {
      await overwrite(store, key, found.bytes.subarray(end + 1));
      restored.push(key);
    }
    await store.delete(place);
  }
  return restored;
}
