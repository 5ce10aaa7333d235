/**
 * Which images, as one digest: whoever evaluates two models on the same images gets the same, in any order and
 * under any file names.
 */
import { hashBytes } from "./cache.ts";

/** SHA-256 of the sorted image hashes joined by line feeds, 64 hex digits. */
export function digestImages(images: readonly { sha256: string }[]): string {
  const hashes = images.map(({ sha256 }) => sha256).sort();
  return hashBytes(Buffer.from(hashes.join("\n")));
}
