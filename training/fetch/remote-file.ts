/**
 * A file that others publish: where it lies, how large it may be and which hash it must have. Official addresses
 * stand in the lists of this folder; a mirror is the reader's own choice and changes nothing about the hash.
 */
import { RadliteError } from "@radlite/model/errors";

export interface Pin {
  algorithm: "md5" | "sha256";
  /** Lower-case hex. */
  digest: string;
  /** Who says so, for people. */
  by: string;
}

export interface RemoteFile {
  /** In the cache; a plain file name. */
  name: string;
  url: string;
  /** Below the address of a mirror; absent: the name. */
  mirrorPath?: string;
  maxBytes: number;
  /** Absent where nobody publishes a hash: the first fetch records what came. */
  pin?: Pin;
  /** Looks at the fetched file before it counts as one. Errors: BAD_INPUT (not what it should be). */
  inspect?: (path: string) => Promise<void>;
}

/** The address to read. Errors: BAD_INPUT (a mirror that is no http or https address). */
export function addressOf({ name, url, mirrorPath = name }: RemoteFile, mirror?: string): URL {
  if (mirror === undefined) return new URL(url);
  const base = URL.canParse(mirror) ? new URL(mirror.endsWith("/") ? mirror : `${mirror}/`) : undefined;
  if (base && ["http:", "https:"].includes(base.protocol)) return new URL(mirrorPath, base);
  throw new RadliteError(
    "BAD_INPUT",
    `The mirror ${mirror} is no address: expected one such as https://mirror.example/weights, which has ${mirrorPath} below it.`,
  );
}

/** A failure of the network or of the other side, for which nothing here is to blame. */
export function unavailable(message: string, reason?: string, cause?: unknown): RadliteError {
  return new RadliteError("UNAVAILABLE", message, { ...(reason ? { reason } : {}), cause });
}
