/** Writing what may be there already, whatever it is. */
import { isConflict, type ObjectStore } from "./object-store.ts";

/** As many writers of one key at once are none of ours. */
const MAX_ROUNDS = 100;

/**
 * Puts these bytes under the key. One's own write whose answer was lost is found lying there.
 * @returns whether they were not there already.
 */
export async function overwrite(store: ObjectStore, key: string, bytes: Uint8Array): Promise<boolean> {
  for (let round = 1; ; round++) {
    const found = await store.get(key);
    if (found && Buffer.compare(found.bytes, bytes) === 0) return round > 1;
    try {
      if (found) await store.replace(key, bytes, found.etag);
      else await store.create(key, bytes);
      return true;
    } catch (error) {
      if (!isConflict(error) || round >= MAX_ROUNDS) throw error;
    }
  }
}
