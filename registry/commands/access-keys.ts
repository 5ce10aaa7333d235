/**
 * access/<id>.json: the API keys of a registry. A key is `rl_<id>_<43 characters>`: an id that may be known, and 256
 * random bits that nobody but its holder has. Kept is the SHA-256 of the whole, with the role, a name for the history
 * and who made it; that many random bits need no salt and no slow hash. A revoked key stays in the list.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { RadliteError } from "@radlite/model/errors";
import { decodeJson } from "@radlite/registry/bundle";
import { type Actor, ROLES, type Role } from "@radlite/registry/log";
import { isConflict, type ObjectStore } from "@radlite/registry/store";
import * as z from "zod/mini"; // in every function: a cold start would read all of zod
import { requireCommandRole } from "./roles.ts";

const ACCESS_PREFIX = "access/";
const ID_BYTES = 6;
const SECRET_BYTES = 32; // 43 characters of base64url
const KEY = /^rl_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;
const ID = /^[0-9a-f]{12}$/;
/** Shown in histories and tables: nothing that a terminal or a page would take for more than text. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@+-]{0,63}$/u;

/** What may be shown of a key. */
export interface AccessKey {
  id: string;
  /** The actor of what is done with it. Two keys may have one name: the old and the new, while it is changed. */
  name: string;
  role: Role;
  /** ISO times, by the clock of who did it. */
  createdAt: string;
  createdBy: string;
  revokedAt?: string;
  revokedBy?: string;
}

export interface StoredAccessKey extends AccessKey {
  sha256: string;
}

const storedKey = z.object({
  id: z.string().check(z.regex(ID)),
  name: z.string().check(z.regex(NAME)),
  role: z.enum(ROLES),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  createdAt: z.string(),
  createdBy: z.string(),
  revokedAt: z.optional(z.string()),
  revokedBy: z.optional(z.string()),
});

/** What a request's credential says before anything is looked up; undefined for what is no key of ours. */
export function parseAccessKey(text: string): { id: string; sha256: string } | undefined {
  const id = KEY.exec(text)?.[1];
  return id === undefined ? undefined : { id, sha256: digestOfKey(text) };
}

/** Takes the same time wherever the two differ. */
export function isSameDigest(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one, "hex"), Buffer.from(other, "hex"));
}

/** A new key that is not stored anywhere yet. */
export function makeAccessKey(): { id: string; key: string; sha256: string } {
  const id = randomBytes(ID_BYTES).toString("hex");
  const key = `rl_${id}_${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return { id, key, sha256: digestOfKey(key) };
}

export interface CreateAccessKeyInput {
  name: string;
  role: Role;
  actor: Actor;
  now?: () => Date;
}

/**
 * @returns the key itself, which is not kept and cannot be shown again, and what is kept of it.
 * @throws BAD_INPUT for a name or role that is none; REFUSED for less than an approver and on a read-only store.
 */
export async function createAccessKey(
  store: ObjectStore,
  { name, role, actor, now = () => new Date() }: CreateAccessKeyInput,
): Promise<AccessKey & { key: string }> {
  requireCommandRole("createAccessKey", actor);
  if (!ROLES.includes(role)) {
    throw new RadliteError("BAD_INPUT", `"${role}" is no role; a key has one of ${ROLES.join(", ")}.`);
  }
  if (!NAME.test(name)) {
    throw new RadliteError(
      "BAD_INPUT",
      `${JSON.stringify(name)} is no name for a key: 1 to 64 letters, digits, blanks and . _ @ + - were expected, a letter or digit first.`,
    );
  }
  const { id, key, sha256 } = makeAccessKey();
  const facts = { id, name, role, createdAt: now().toISOString(), createdBy: actor.name };
  const bytes = encode({ ...facts, sha256 });
  await store.create(keyOf(id), bytes).catch(async (error) => {
    const found = isConflict(error) ? await store.get(keyOf(id)) : undefined;
    if (!found || Buffer.compare(found.bytes, bytes) !== 0) throw error; // else one's own, its answer lost
  });
  return { ...facts, key };
}

export interface ListedAccessKeys {
  /** By time of creation, revoked ones among them. */
  keys: AccessKey[];
  /** Objects that are no key's record, and let nobody in. */
  damaged: string[];
}

/** @throws REFUSED for less than an approver. */
export async function listAccessKeys(
  store: ObjectStore,
  { actor }: { actor: Actor },
): Promise<ListedAccessKeys> {
  requireCommandRole("listAccessKeys", actor);
  const keys: AccessKey[] = [];
  const damaged: string[] = [];
  for await (const object of store.list(ACCESS_PREFIX)) {
    const id = /^access\/([0-9a-f]{12})\.json$/.exec(object)?.[1];
    const found = id === undefined ? undefined : await store.get(object);
    if (id === undefined || !found) continue;
    const key = parseRecord(id, found.bytes);
    if (!key) {
      damaged.push(object);
      continue;
    }
    const { sha256: _, ...facts } = key;
    keys.push(facts);
  }
  keys.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
  return { keys, damaged };
}

/**
 * From here on the key is refused wherever it is looked up anew. Revoking twice changes nothing.
 * @throws NOT_FOUND for an id that no key has; REFUSED as creating one.
 */
export async function revokeAccessKey(
  store: ObjectStore,
  { id, actor, now = () => new Date() }: { id: string; actor: Actor; now?: () => Date },
): Promise<AccessKey> {
  requireCommandRole("revokeAccessKey", actor);
  for (;;) {
    const found = ID.test(id) ? await store.get(keyOf(id)) : undefined;
    if (!found) {
      throw new RadliteError(
        "NOT_FOUND",
        `There is no key ${JSON.stringify(id)}; keys list shows their ids.`,
      );
    }
    const { sha256, ...facts } = decode(id, found.bytes);
    if (facts.revokedAt !== undefined) return facts;
    const revoked = { ...facts, revokedAt: now().toISOString(), revokedBy: actor.name };
    try {
      await store.replace(keyOf(id), encode({ ...revoked, sha256 }), found.etag);
      return revoked;
    } catch (error) {
      if (!isConflict(error)) throw error; // another was revoking it too
    }
  }
}

/** @returns undefined when no key has that id. @throws UNAVAILABLE for a record that is damaged. */
export async function readAccessKey(store: ObjectStore, id: string): Promise<StoredAccessKey | undefined> {
  const found = await store.get(keyOf(id));
  return found && decode(id, found.bytes);
}

const keyOf = (id: string): string => `${ACCESS_PREFIX}${id}.json`;

const digestOfKey = (key: string): string => createHash("sha256").update(key).digest("hex");

const encode = (key: StoredAccessKey): Uint8Array => new TextEncoder().encode(`${JSON.stringify(key)}\n`);

function parseRecord(id: string, bytes: Uint8Array): StoredAccessKey | undefined {
  const { data: key } = storedKey.safeParse(decodeJson(bytes));
  return key?.id === id ? (key as StoredAccessKey) : undefined;
}

function decode(id: string, bytes: Uint8Array): StoredAccessKey {
  const key = parseRecord(id, bytes);
  if (key) return key;
  throw new RadliteError(
    "UNAVAILABLE",
    `${keyOf(id)} in the store is no key's record: remove it there, and create another key.`,
  );
}
