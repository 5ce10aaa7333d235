/** Objects under their digests, on both sides of the commit that names them. */
import { type ObjectStore, overwrite } from "@radlite/registry/store";

export interface StoredBytes {
  key: string;
  bytes: Uint8Array;
}

/**
 * To be called once an event names the objects: one that lay there unnamed before may have been removed by gc in
 * between, and is put back. gc in turn puts back what it finds named after it removed it, so that whichever of the
 * two comes last mends it.
 */
export async function confirmStored(store: ObjectStore, objects: readonly StoredBytes[]): Promise<void> {
  await Promise.all(
    objects.map(async ({ key, bytes }) => {
      if (!(await store.stat(key))) await overwrite(store, key, bytes);
    }),
  );
}
