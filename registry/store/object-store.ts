/**
 * ObjectStore: the one thing that the registry stands on. A flat set of keys with whole objects, strongly
 * consistent, where a write can be made conditional; S3, or files with the same semantics. "Absent" is a value,
 * never an error. Every error is a RadliteError:
 * - CONFLICT: the condition did not hold, nothing was written (or one's own earlier attempt was: compare bytes);
 * - UNAVAILABLE: the outcome of a write is not known; the same call may be repeated;
 * - REFUSED: this store is read-only, and the message says why;
 * - BAD_INPUT: not a key (object-key.ts). No key may also be a folder of another key.
 */
import { RadliteError } from "@radlite/model/errors";

export interface StoredObject {
  bytes: Uint8Array;
  /** Opaque; differs whenever the bytes differ. */
  etag: string;
}

export interface ObjectFacts {
  sizeBytes: number;
  /** When it was written last, in milliseconds since 1970 by the store's own clock. */
  writtenMs: number;
}

export interface ObjectStore {
  /** Where it is, for messages: `file:.radlite`, `s3://bucket/prefix`, `memory:`. */
  readonly name: string;
  /** Why nothing can be written; undefined when writing works. */
  readonly readOnlyReason?: string;
  /** @returns the object, undefined when absent, or "unchanged" when its etag is `ifNoneMatch`. */
  get(key: string): Promise<StoredObject | undefined>;
  get(key: string, options: { ifNoneMatch?: string }): Promise<StoredObject | "unchanged" | undefined>;
  /** What is known of the object without reading it; undefined when absent. */
  stat(key: string): Promise<ObjectFacts | undefined>;
  /** Writes only if the key is absent. @throws CONFLICT otherwise. */
  create(key: string, bytes: Uint8Array): Promise<void>;
  /** Writes only if the object still has that etag. @throws CONFLICT otherwise, also when it is gone. */
  replace(key: string, bytes: Uint8Array, etag: string): Promise<void>;
  /** Removes the object; an absent one is no error. */
  delete(key: string): Promise<void>;
  /**
   * An address to which anybody may PUT this object, for so long, with these headers: of this length and digest, and
   * only if the key is absent or, with `replaces`, still has the object of that etag. Absent in stores that are not on
   * a server of their own.
   */
  presignPut?(
    key: string,
    expected: { sizeBytes: number; sha256: string; expiresInS: number; replaces?: string },
  ): Promise<{ url: string; headers: Record<string, string> }>;
  /** Keys that start with `prefix` and sort after `startAfter`, in code unit order, every page followed. */
  list(prefix: string, options?: { startAfter?: string }): AsyncIterable<string>;
}

/** The condition of a write did not hold. */
export function isConflict(error: unknown): boolean {
  return error instanceof RadliteError && error.code === "CONFLICT";
}

/** The outcome is not known; the same call may be repeated. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof RadliteError && error.code === "UNAVAILABLE";
}
