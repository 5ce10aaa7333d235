/** Pointers put where the log says they are: those that lag behind it, and those that a restore of it left behind. */
import { POINTER_PREFIX, pointerKey } from "./keys.ts";
import { decodePointer, isBeyond, movePointer, pointerOf } from "./pointer.ts";
import type { Registry } from "./registry.ts";
import type { State } from "./state.ts";

/** Moves every pointer that is not where the state says. Costs nothing once each is known to be up to date. */
export async function mendPointers({ store, state, pointersKnown, logger }: Registry): Promise<void> {
  if (store.readOnlyReason !== undefined) return;
  for (const { name, alias } of listAliases(state)) {
    const pointer = pointerOf(state, name, alias);
    const place = `${name}/${alias}`;
    if (!pointer || (pointersKnown.get(place) ?? 0) >= pointer.logNumber) continue;
    const before = await movePointer(store, pointer, state.logNumber);
    if (before === "ahead") continue; // known once the log is read up to there
    if (before !== "kept" && before && before.logNumber >= pointer.logNumber) {
      logger.warn(
        `${place} named ${before.version} since commit ${before.logNumber}, which the log does not say: a restore left it behind. It points to ${pointer.version} again`,
      );
    } else if (before !== "kept") logger.info(`${place} now points to ${pointer.version}`);
    pointersKnown.set(place, pointer.logNumber);
  }
}

/** Removes the pointers of aliases that the log never moved. */
export async function removeLeftPointers({ store, state, logger }: Registry): Promise<void> {
  if (store.readOnlyReason !== undefined) return;
  const known = new Set([...listAliases(state)].map(({ name, alias }) => pointerKey(name, alias)));
  for await (const key of store.list(POINTER_PREFIX)) {
    const found = known.has(key) ? undefined : await store.get(key);
    const pointer = found && decodePointer(found.bytes);
    if (!pointer || (await isBeyond(store, pointer, state.logNumber))) continue; // what cannot be read is for fsck
    await store.delete(key);
    logger.warn(
      `${key} named ${pointer.version} since commit ${pointer.logNumber}, but the log never moved this alias: a restore left it behind. It was deleted`,
    );
  }
}

function* listAliases(state: State): Iterable<{ name: string; alias: string }> {
  for (const { name, aliases } of state.models.values())
    for (const alias of aliases.keys()) yield { name, alias };
}
