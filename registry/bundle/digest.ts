/** Digests as the whole product writes them: SHA-256 in 64 lower-case hex digits. */
import { createHash } from "node:crypto";

/** Of bytes, or of a text's UTF-8. */
export function digestOf(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * Which images a set holds, by the hashes of their files: in any order and under any file names the same. The hashes
 * are sorted and joined by "\n", without one at the end.
 */
export function digestImages(images: Iterable<{ sha256: string }>): string {
  const hashes = Array.from(images, ({ sha256 }) => sha256).sort();
  return digestOf(hashes.join("\n"));
}
