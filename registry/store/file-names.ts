/**
 * Keys as paths below a folder, and back. Capitals and a leading dot are written as %XX, so that no two keys
 * meet on a file system that ignores case and none looks like the store's own `.tmp`; "~" is in no key, so that
 * `<name>~` is free for the later generations of `<name>`.
 */
import { join } from "node:path";
import { checkKey } from "./object-key.ts";

export const GENERATIONS_SUFFIX = "~";

/** Where generation 1 of a key lies. @throws BAD_INPUT for what is not a key. */
export function pathOf(folder: string, key: string): string {
  checkKey(key);
  return join(folder, ...key.split("/").map(encodeSegment));
}

/** Absolute folder that holds every key with this prefix, and the keys' common part up to its last "/". */
export function folderOf(folder: string, prefix: string): { path: string; stem: string } {
  const stem = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  if (stem === "") return { path: folder, stem };
  return { path: pathOf(folder, stem.slice(0, -1)), stem };
}

function encodeSegment(segment: string): string {
  return segment.replace(/^\.|[A-Z]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
}

export function decodeSegment(name: string): string {
  return name.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
