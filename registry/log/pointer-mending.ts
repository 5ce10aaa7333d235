/**
 * Pointers made to say what the log says: those that lag behind it, those of an earlier release that say less, and
 * those that a restore of the log left behind.
 */
import { isConflict, type ObjectStore, type StoredObject } from "@radlite/registry/store";
import { POINTER_PREFIX, pointerKey } from "./keys.ts";
import {
  decodePointer,
  isBeyond,
  movePointer,
  NO_POINTER,
  newestCommitOf,
  type Pointer,
  pointerOf,
  saysSame,
} from "./pointer.ts";
import type { Registry } from "./registry.ts";
import { shareNext } from "./share-next.ts";
import type { State } from "./state.ts";

/** Pointers that are written at once. */
const WIDTH = 8;

const sharing = new WeakMap<Registry, () => Promise<void>>();

/**
 * Writes every pointer that does not say what the state does. Asks nobody once each is known to be up to date. A batch
 * of mutations is followed by one round of it, or two, however many they are.
 */
export function mendPointers(registry: Registry): Promise<void> {
  let mend = sharing.get(registry);
  if (!mend) {
    mend = shareNext(() => mendAll(registry));
    sharing.set(registry, mend);
  }
  return mend();
}

async function mendAll(registry: Registry): Promise<void> {
  const { store, state } = registry;
  if (store.readOnlyReason !== undefined) return;
  const stale = [...listAliases(state)].flatMap(({ name, alias }) => findStale(registry, name, alias) ?? []);
  for (let at = 0; at < stale.length; at += WIDTH) {
    const results = await Promise.allSettled(
      stale.slice(at, at + WIDTH).map((pointer) => mendOne(registry, pointer, state.logNumber)),
    );
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }
}

/** The pointer as it is to be, unless it is known to be so, or further. */
function findStale({ state, pointersKnown }: Registry, name: string, alias: string): Pointer | undefined {
  const pointer = pointerOf(state, name, alias);
  const known = pointersKnown.get(`${name}/${alias}`);
  if (!pointer || !known) return pointer;
  const isKnown = newestCommitOf(known) > newestCommitOf(pointer) || saysSame(known, pointer);
  return isKnown ? undefined : pointer;
}

/** @param reached the number of the commit that the pointer was derived from. */
async function mendOne(
  { store, pointersKnown, logger }: Registry,
  pointer: Pointer,
  reached: number,
): Promise<void> {
  const place = `${pointer.model}/${pointer.alias}`;
  const before = await movePointer(store, pointer, reached);
  if (before === "ahead") return; // known once the log is read up to there
  if (before !== "kept") {
    const left = before && findLeftBehind(before, pointer);
    if (left === undefined) logger.info(`${place} now says what commit ${pointer.asOf} made of it`);
    else
      logger.warn(
        `${place} named ${left}, which the log does not say: a restore left it behind. It points to ${pointer.version} again`,
      );
  }
  pointersKnown.set(place, pointer);
}

/**
 * The pointer that a writer would leave in place of `there`, for who may not write: a promoter that was killed between
 * log and pointer holds up no reader.
 * @returns `there` itself where it says what the log does, or what no commit read so far could have said.
 */
export async function readSettledPointer(
  { store, state }: Registry,
  { model, alias, there }: { model: string; alias: string; there: Pointer | undefined },
): Promise<Pointer | undefined> {
  const said = pointerOf(state, model, alias);
  if (!there || (said && saysSame(there, said))) return there ?? said;
  return (await isBeyond(store, there, state.logNumber)) ? there : said;
}

/**
 * What the log never said though it has come so far, in words; undefined where it just went on, or an earlier
 * release wrote less.
 */
function findLeftBehind(before: Pointer, now: Pointer): string | undefined {
  if (newestCommitOf(before) < newestCommitOf(now)) return undefined;
  const isOther =
    before.logNumber > now.logNumber || before.number !== now.number || before.artifact !== now.artifact;
  if (isOther) return `${before.version} since commit ${before.logNumber}`;
  const { asOf, gate } = before;
  return asOf === undefined || gate?.artifact === now.gate?.artifact
    ? undefined
    : `${gate ? `the gate ${gate.artifact}` : "no gate"} as of commit ${asOf}`;
}

/** Takes the word from the pointers of aliases that the log never moved. */
export async function removeLeftPointers({ store, state, logger }: Registry): Promise<void> {
  if (store.readOnlyReason !== undefined) return;
  const known = new Set([...listAliases(state)].map(({ name, alias }) => pointerKey(name, alias)));
  for await (const key of store.list(POINTER_PREFIX)) {
    const found = known.has(key) ? undefined : await store.get(key);
    const pointer = found && decodePointer(found.bytes);
    if (!pointer || !(await clearPointer(store, key, found, state.logNumber))) continue; // what cannot be read is for fsck
    logger.warn(
      `${key} named ${pointer.version} since commit ${pointer.logNumber}, but the log never moved this alias: a restore left it behind. It names nothing now`,
    );
  }
}

/**
 * @param found what lies there, and was found to be none that the log up to `reached` gives.
 * @returns false where it is of a commit that was not read yet, or somebody has written it anew: then it stays.
 */
export async function clearPointer(
  store: ObjectStore,
  key: string,
  found: StoredObject,
  reached: number,
): Promise<boolean> {
  const pointer = decodePointer(found.bytes);
  if (pointer && (await isBeyond(store, pointer, reached))) return false;
  try {
    await store.replace(key, NO_POINTER, found.etag);
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}

function* listAliases(state: State): Iterable<{ name: string; alias: string }> {
  for (const { name, aliases } of state.models.values())
    for (const alias of aliases.keys()) yield { name, alias };
}
