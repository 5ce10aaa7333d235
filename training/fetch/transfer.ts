/**
 * Bytes from an address into a partial file, until it is whole: broken connections are gone on from where they
 * broke, as long as the server says that it is still the same file, and begun anew where it does not. A file is
 * whole when it has the length that the server named, and never merely because a connection ended.
 */
import { setTimeout as delay } from "node:timers/promises";
import { RadliteError } from "@radlite/model/errors";
import { dropPartial, findResumption, openPartial, type Partial } from "./partial.ts";
import { unavailable } from "./remote-file.ts";
import { type Extent, extentOf, requestFile, validatorOf } from "./request.ts";

export interface TransferOptions {
  maxBytes: number;
  /** The hash is known, so that a part is not taken for a file of no named length. */
  isPinned: boolean;
  signal?: AbortSignal | undefined;
  /** `totalBytes` is absent where the server does not say. */
  onProgress?: ((receivedBytes: number, totalBytes?: number) => void) | undefined;
  /** What went wrong on the way and is tried again, in words. */
  onNote?: ((text: string) => void) | undefined;
  /** How often in a row it is tried without coming further. */
  attempts?: number | undefined;
  /** Before the second try; doubled before each other. */
  waitMs?: number | undefined;
  /** Silence after which a connection counts as broken. */
  silenceMs?: number | undefined;
}

/** What may go better next time. */
class Interruption extends Error {}

/** No answer from these will change within seconds. */
const LASTING =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ERR_TLS|CERT_|DEPTH_|SELF_|UNABLE_)/;
const RETRIED_STATUS = (status: number) => status === 408 || status === 429 || status >= 500;

/** Errors: NOT_FOUND, UNAVAILABLE, BAD_INPUT (larger than `maxBytes`); the signal's reason once it is aborted. */
export async function transferFile(address: URL, partial: Partial, options: TransferOptions): Promise<void> {
  const { attempts = 5, waitMs = 1_000, signal, onNote } = options;
  let furthest = (await findResumption(partial))?.offset ?? 0;
  for (let failures = 0; ; ) {
    signal?.throwIfAborted();
    try {
      return await transferOnce(address, partial, options);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Interruption)) throw error;
      const reached = (await findResumption(partial))?.offset ?? 0;
      failures = reached > furthest ? 1 : failures + 1;
      furthest = Math.max(furthest, reached);
      if (failures >= attempts) {
        throw unavailable(
          `${address} did not come whole: ${error.message}, ${attempts} times without coming further. ${reached > 0 ? `The first ${reached} bytes are kept; the same command goes on from there.` : "Try again later, or name a mirror."}`,
          "INTERRUPTED",
          error,
        );
      }
      const pauseMs = waitMs * 2 ** (failures - 1);
      onNote?.(`${error.message}; trying again in ${Math.ceil(pauseMs / 1_000)} s`);
      await delay(pauseMs, undefined, { signal });
    }
  }
}

async function transferOnce(address: URL, partial: Partial, options: TransferOptions): Promise<void> {
  const { silenceMs = 60_000, signal } = options;
  const silence = new AbortController();
  const broken = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
  const timer = setTimeout(() => silence.abort(), silenceMs);
  try {
    const resumption = await findResumption(partial);
    const response = await requestFile(address, { resumption, signal: broken });
    try {
      const extent = await acceptResponse(response, address, partial, resumption?.offset ?? 0, options);
      await writeBody(response, extent, partial, options, () => timer.refresh());
    } finally {
      if (!response.bodyUsed) await response.body?.cancel();
    }
  } catch (error) {
    if (silence.signal.aborted) throw new Interruption(`nothing came for ${silenceMs / 1_000} s`);
    throw describeFailure(error, address);
  } finally {
    clearTimeout(timer);
  }
}

/** Errors: those of the status, and those of an answer that cannot be trusted to be whole. */
async function acceptResponse(
  response: Response,
  address: URL,
  partial: Partial,
  offset: number,
  { maxBytes, isPinned }: TransferOptions,
): Promise<Extent> {
  const { status, headers } = response;
  const extent = extentOf(response, offset);
  if (status === 416 || (status === 206 && !extent)) {
    await dropPartial(partial);
    throw new Interruption(`the server does not have the rest that was asked for (${status})`);
  }
  if (RETRIED_STATUS(status)) throw new Interruption(`the server answered ${status}`);
  if (status === 404 || status === 410) {
    throw new RadliteError(
      "NOT_FOUND",
      `${address} is not there (${status}). A mirror may have it: --mirror URL.`,
    );
  }
  if ((status !== 200 && status !== 206) || !extent || !response.body) {
    throw unavailable(`${address} answered ${status}: expected 200. A mirror may have it: --mirror URL.`);
  }
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity") {
    throw unavailable(
      `${address} comes compressed (${encoding}) though it was asked for as it is: name another mirror.`,
    );
  }
  const { totalBytes } = extent;
  if (totalBytes === undefined && !isPinned && headers.get("transfer-encoding") !== "chunked") {
    throw unavailable(
      `${address} comes without a length and has no known hash: a broken connection could not be distinguished from its end. Name another mirror.`,
    );
  }
  if (totalBytes !== undefined && totalBytes > maxBytes) throw tooLarge(address, totalBytes, maxBytes);
  return extent;
}

async function writeBody(
  response: Response,
  { start, totalBytes }: Extent,
  partial: Partial,
  { maxBytes, onProgress }: TransferOptions,
  onBytes: () => void,
): Promise<void> {
  const file = await openPartial(partial, start, validatorOf(response));
  let size = start;
  try {
    onProgress?.(size, totalBytes);
    for await (const chunk of response.body!) {
      onBytes();
      if (size + chunk.length > Math.min(maxBytes, totalBytes ?? maxBytes)) {
        await dropPartial(partial);
        if (totalBytes === undefined) throw tooLarge(new URL(partial.url), size + chunk.length, maxBytes);
        throw new Interruption(`more than the ${totalBytes} bytes came that were announced`);
      }
      await file.appendFile(chunk);
      size += chunk.length;
      onProgress?.(size, totalBytes);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (totalBytes !== undefined && size < totalBytes) {
    throw new Interruption(`the connection ended at byte ${size} of ${totalBytes}`);
  }
}

/** A connection that failed, as what it means for the caller. */
function describeFailure(error: unknown, address: URL): unknown {
  if (error instanceof RadliteError || error instanceof Interruption) return error;
  const { code = "" } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  if (LASTING.test(code)) {
    return unavailable(
      `${address.host} cannot be reached (${code}). Without a network, name a mirror with --mirror URL, or put the file into the cache.`,
      "UNREACHABLE",
      error,
    );
  }
  if (!(error instanceof TypeError)) return error; // not of the network: a full disk, say
  return new Interruption(`the connection broke (${code || (error as Error).message})`);
}

function tooLarge(address: URL, bytes: number, maxBytes: number): RadliteError {
  return new RadliteError(
    "BAD_INPUT",
    `${address} has ${bytes} bytes or more; at most ${maxBytes} were expected. It is another file than it should be.`,
    { reason: "TOO_LARGE", status: 413 },
  );
}
