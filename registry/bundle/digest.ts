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
  const hashes = Array.from(images, ({ sha256 }) => sha256);
  const known = latest.find((one) => isSame(one.hashes, hashes));
  if (known) return known.digest;
  const digest = digestOf([...hashes].sort().join("\n"));
  if (hashes.length <= KEPT.hashes) latest.unshift({ hashes, digest });
  latest.length = Math.min(latest.length, KEPT.lists);
  return digest;
}

/** Versions are judged on one set one after the other, each time in the order of its files. */
const latest: { hashes: readonly string[]; digest: string }[] = [];
const KEPT = { lists: 4, hashes: 10_000 } as const;

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
