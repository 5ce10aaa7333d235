/**
 * A published file in the cache: fetched once, held to its hash before it gets its name, then found without a
 * network. Where nobody publishes a hash, the first fetch records what came, and every later one must be equal.
 */
import { existsSync } from "node:fs";
import { rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { holdLock } from "./lock.ts";
import { dropPartial, partialOf } from "./partial.ts";
import { hashFile, type Receipt, readReceipt, receiptPath, writeReceipt } from "./receipt.ts";
import { addressOf, type RemoteFile, unavailable } from "./remote-file.ts";
import { type TransferOptions, transferFile } from "./transfer.ts";

export interface DownloadOptions extends Omit<TransferOptions, "maxBytes" | "isPinned"> {
  /** Takes the file; must be there. */
  folder: string;
  /** Has the file below this address. */
  mirror?: string | undefined;
}

export interface FetchedFile {
  path: string;
  sizeBytes: number;
  sha256: string;
  /** Nothing was transferred. */
  wasCached: boolean;
  /** Who published the hash that it was held to; absent where nobody did. */
  checkedAgainst?: string | undefined;
}

/**
 * Errors: NOT_FOUND, UNAVAILABLE (no network, broken off, another hash), BAD_INPUT (too large, not what it should
 * be), CONFLICT (another process is at it, other bytes than at the first fetch); the signal's reason once it is
 * aborted. What came so far is kept but for wrong bytes.
 */
export async function fetchFile(file: RemoteFile, options: DownloadOptions): Promise<FetchedFile> {
  const { folder, mirror, ...transfer } = options;
  const address = addressOf(file, mirror);
  const cached = await findFetched(file, folder);
  if (cached) return cached;
  const path = join(folder, file.name);
  return holdLock(`${path}.lock`, `fetching to ${path}`, async () => {
    const arrived = await findFetched(file, folder); // by another process, until a moment ago
    if (arrived) return arrived;
    const partial = partialOf(path, address.href);
    await transferFile(address, partial, {
      ...transfer,
      maxBytes: file.maxBytes,
      isPinned: file.pin !== undefined,
    });
    let found: Omit<FetchedFile, "wasCached">;
    try {
      found = await checkFile(file, partial.path, await readReceipt(path), address.href);
    } catch (error) {
      await dropPartial(partial);
      throw error;
    }
    await writeReceipt(path, toReceipt(found, address.href));
    await rename(partial.path, path);
    await dropPartial(partial);
    return { ...found, path, wasCached: false };
  });
}

/**
 * The file in the cache, unchanged since it came or was put there; `undefined` where there is none.
 * One that was damaged since counts as none. Errors: UNAVAILABLE, BAD_INPUT for a file put there that is not the
 * right one.
 */
export async function findFetched(file: RemoteFile, folder: string): Promise<FetchedFile | undefined> {
  const path = join(folder, file.name);
  if (!existsSync(path)) return undefined;
  const receipt = await readReceipt(path);
  if (!receipt) {
    const found = await checkFile(file, path, undefined, path);
    await writeReceipt(path, toReceipt(found, `file:${path}`));
    return { ...found, path, wasCached: true };
  }
  const { sha256 } = await hashFile(path, ["sha256"]);
  if (sha256 === receipt.sha256) {
    const { sizeBytes, checkedAgainst } = receipt;
    return { path, sizeBytes, sha256, checkedAgainst, wasCached: true };
  }
  return undefined;
}

async function checkFile(
  { name, pin, inspect }: RemoteFile,
  path: string,
  receipt: Receipt | undefined,
  origin: string,
): Promise<Omit<FetchedFile, "wasCached">> {
  const { size: sizeBytes } = await stat(path);
  const hashes = await hashFile(path, ["sha256", "md5"]);
  if (pin && hashes[pin.algorithm] !== pin.digest) {
    throw unavailable(
      `${origin} is not ${name}: its ${sizeBytes} bytes have ${pin.algorithm.toUpperCase()} ${hashes[pin.algorithm]}, expected ${pin.digest} (${pin.by}). Nothing of it is used; try another mirror.`,
      "WRONG_HASH",
    );
  }
  if (receipt && hashes.sha256 !== receipt.sha256) {
    throw new RadliteError(
      "CONFLICT",
      `${origin} has SHA-256 ${hashes.sha256}; at the first fetch, on ${receipt.fetchedAt} from ${receipt.url}, ${name} had ${receipt.sha256}. If the new one is right, delete ${receiptPath(path.replace(/\.partial$/, ""))} and fetch again.`,
      { reason: "CHANGED" },
    );
  }
  await inspect?.(path).catch((cause: unknown) => {
    if (!(cause instanceof RadliteError)) throw cause;
    throw new RadliteError(cause.code, `${origin} is not ${name}: ${cause.message}`, { cause });
  });
  return { path, sizeBytes, sha256: hashes.sha256, ...(pin ? { checkedAgainst: pin.by } : {}) };
}

function toReceipt(
  { sizeBytes, sha256, checkedAgainst }: Omit<FetchedFile, "wasCached">,
  url: string,
): Receipt {
  const fetchedAt = new Date().toISOString();
  return {
    formatVersion: 1,
    url,
    sizeBytes,
    sha256,
    ...(checkedAgainst ? { checkedAgainst } : {}),
    fetchedAt,
  };
}
