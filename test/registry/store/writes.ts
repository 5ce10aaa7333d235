/** Small writes that tests share, without a test framework: processes of their own use them too. */
import { RadliteError } from "@radlite/model/errors";
import type { ObjectStore } from "@radlite/registry/store";

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && new TextDecoder().decode(bytes);

export const codeOf = (error: unknown): string =>
  error instanceof RadliteError ? error.code : `not a RadliteError: ${error}`;

/** The code that a call fails with, or "done". */
export async function outcome(call: Promise<unknown>): Promise<string> {
  return call.then(() => "done", codeOf);
}

export async function read(store: ObjectStore, key: string): Promise<string | undefined> {
  return textOf((await store.get(key))?.bytes);
}

export async function keysOf(store: ObjectStore, prefix: string, startAfter?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix, startAfter === undefined ? {} : { startAfter })) keys.push(key);
  return keys;
}

/** Adds one to the number under a key, however many others do the same. */
export async function increment(store: ObjectStore, key: string): Promise<void> {
  for (;;) {
    const found = await store.get(key);
    const next = bytesOf(String(Number(textOf(found?.bytes) ?? 0) + 1));
    const result = await outcome(found ? store.replace(key, next, found.etag) : store.create(key, next));
    if (result === "done") return;
    if (result !== "CONFLICT") throw new Error(`increment: ${result}`);
  }
}
