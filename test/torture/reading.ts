/**
 * An independent reader of a registry's objects, which shares no line with registry/log: whole JSON, bytes that have the
 * digest of their name, log numbers without a hole, events that have their digest, and each commit naming the bytes of
 * the one before. An object that is not so is torn, once, however many checks it fails.
 */
import { createHash } from "node:crypto";
import type { RequestOutcome } from "@radlite/registry/log";
import type { Objects } from "./objects.ts";

/** What is used of an event, whatever its kind. */
export interface ReadEvent {
  kind: string;
  actor: { name: string };
  idempotencyKey?: string;
  /** Of a RequestAnswered. */
  outcome?: RequestOutcome;
  [field: string]: unknown;
}

export interface ReadCommit {
  number: number;
  events: ReadEvent[];
}

export interface ReadStore {
  /** In order; what is torn is not among them. */
  commits: ReadCommit[];
  /** By key. */
  pointers: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** Keys of all that is there and whole. */
  whole: ReadonlySet<string>;
  /** Key -> what is wrong with it. */
  torn: ReadonlyMap<string, string>;
}

/** Objects read at once. */
const WIDTH = 16;

export async function readStore(objects: Objects): Promise<ReadStore> {
  const torn = new Map<string, string>();
  const tear = (key: string, problem: string) => torn.has(key) || torn.set(key, problem);
  const keys = await objects.list();
  const commits: ReadCommit[] = [];
  const pointers = new Map<string, Record<string, unknown>>();
  let before: { number: number; digest: string } = { number: 0, digest: "" };
  await readAll(objects, keys, (key, bytes) => {
    const value = key.endsWith(".json") ? parse(bytes) : undefined;
    if (key.endsWith(".json") && typeof value !== "object") tear(key, "is not whole JSON");
    const name = /^(?:artifacts\/|evaluations\/)([0-9a-f]{64})/.exec(key)?.[1];
    if (name !== undefined && digest(bytes) !== name) tear(key, "does not have the digest of its name");
    if (key.startsWith("pointers/") && !torn.has(key)) pointers.set(key, value as Record<string, unknown>);
    if (!key.startsWith("log/")) return;
    const number = Number(/^log\/(\d{20})\.json$/.exec(key)?.[1] ?? Number.NaN);
    for (let missing = before.number + 1; missing < number; missing++) tear(logKey(missing), "is missing");
    const commit = value as
      | { number: number; digest: string; previous?: string; events: ReadEvent[] }
      | undefined;
    if (commit !== undefined) {
      if (commit.number !== number) tear(key, `says that it is commit ${commit.number}`);
      if (commit.digest !== digest(canonical(commit.events))) tear(key, "holds events of another digest");
      const previous = before.number === number - 1 && number > 1 ? before.digest : commit.previous;
      if (commit.previous !== previous)
        tear(logKey(number - 1), "is not the commit that the next one follows");
      if (!torn.has(key)) commits.push({ number, events: commit.events });
    }
    before = { number, digest: digest(bytes) };
  });
  return { commits, pointers, whole: new Set(keys.filter((key) => !torn.has(key))), torn };
}

/** Several are on their way at once; `meet` gets them in the order of the keys. */
async function readAll(
  objects: Objects,
  keys: readonly string[],
  meet: (key: string, bytes: Uint8Array) => void,
): Promise<void> {
  for (let i = 0; i < keys.length; i += WIDTH) {
    const some = keys.slice(i, i + WIDTH);
    const read = await Promise.all(some.map((key) => objects.read(key)));
    for (const [k, key] of some.entries()) meet(key, read[k]!);
  }
}

const logKey = (number: number): string => `log/${String(number).padStart(20, "0")}.json`;

const digest = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) ?? undefined;
  } catch {
    return undefined;
  }
}

/** RFC 8785 for what JSON.parse gives: keys sorted by code units, nothing else changed. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  const fields = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(",")}}`;
}
