/**
 * One GET over http or https, perhaps of the rest of a file. Redirects are followed by hand, at most five and
 * never from https to http, and the bytes are asked for as they are: a length that counts compressed bytes could
 * not be checked. Answers with the response whose body is still to be read.
 */
import { unavailable } from "./remote-file.ts";

export interface Resumption {
  /** Bytes that are there already. */
  offset: number;
  /** The ETag or date of the file they are of. */
  validator: string;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

/** Errors: UNAVAILABLE (redirects); whatever `fetch` rejects with when there is no answer. */
export async function requestFile(
  address: URL,
  { resumption, signal }: { resumption?: Resumption | undefined; signal: AbortSignal },
): Promise<Response> {
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  if (resumption) {
    headers.range = `bytes=${resumption.offset}-`;
    headers["if-range"] = resumption.validator;
  }
  let at = address;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await fetch(at, { headers, redirect: "manual", signal });
    if (!REDIRECTS.includes(response.status)) return response;
    await response.body?.cancel();
    at = followRedirect(response, at);
  }
  throw unavailable(`${address} leads through more than ${MAX_REDIRECTS} redirects, to ${at} at last.`);
}

function followRedirect({ status, headers }: Response, from: URL): URL {
  const location = headers.get("location") ?? "";
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const isSafe = to?.protocol === "https:" || (to?.protocol === "http:" && from.protocol === "http:");
  if (to && isSafe) return to;
  throw unavailable(
    `${from} redirects (${status}) to "${location}": expected an ${from.protocol === "https:" ? "https" : "http or https"} address.`,
  );
}

/** What says that a later answer is of the same bytes: a strong ETag, else a date; as If-Range takes it. */
export function validatorOf({ headers }: Response): string | undefined {
  const tag = headers.get("etag");
  return tag && !tag.startsWith("W/") ? tag : (headers.get("last-modified") ?? undefined);
}

/** Where the bytes of this answer begin, and how long the file is that they are of. */
export interface Extent {
  start: number;
  /** Absent where the server does not say. */
  totalBytes?: number;
}

/** `undefined` for a range that was not asked for, or that contradicts itself. */
export function extentOf({ status, headers }: Response, offset: number): Extent | undefined {
  if (status !== 206) {
    const length = headers.get("content-length");
    return { start: 0, ...(length === null ? {} : { totalBytes: Number(length) }) };
  }
  const [, start, end, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get("content-range") ?? "") ?? [];
  const isSound = Number(start) === offset && Number(end) < Number(total) && Number(start) <= Number(end);
  return isSound ? { start: offset, totalBytes: Number(total) } : undefined;
}
