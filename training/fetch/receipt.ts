/**
 * What is known of a file in the cache: where it came from, how long it is and its SHA-256 as it was when it came.
 * It lies beside the file and outlives it, so that a file fetched again must be the same one, published hash or not.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { RadliteError } from "@radlite/model/errors";
import { z } from "zod";

const receiptSchema = z.strictObject({
  formatVersion: z.literal(1),
  url: z.string(),
  sizeBytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Who published the hash that the file was held to; absent where nobody did. */
  checkedAgainst: z.string().optional(),
  fetchedAt: z.string(),
});

export type Receipt = z.output<typeof receiptSchema>;

export function receiptPath(path: string): string {
  return `${path}.json`;
}

/** `undefined` where there is none. Errors: BAD_INPUT (not a receipt). */
export async function readReceipt(path: string): Promise<Receipt | undefined> {
  const text = await readFile(receiptPath(path), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return receiptSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new RadliteError(
      "BAD_INPUT",
      `${receiptPath(path)} is no note of a fetched file. Delete it to fetch the file anew.`,
      { cause },
    );
  }
}

export async function writeReceipt(path: string, receipt: Receipt): Promise<void> {
  const draft = `${receiptPath(path)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(receipt, undefined, 2)}\n`);
  await rename(draft, receiptPath(path));
}

/** Hex digests of a file's bytes, read once. */
export async function hashFile<Name extends string>(
  path: string,
  algorithms: readonly Name[],
): Promise<Record<Name, string>> {
  const hashes = algorithms.map((name) => [name, createHash(name)] as const);
  await pipeline(createReadStream(path), async (chunks) => {
    for await (const chunk of chunks) for (const [, hash] of hashes) hash.update(chunk);
  });
  return Object.fromEntries(hashes.map(([name, hash]) => [name, hash.digest("hex")])) as Record<Name, string>;
}
