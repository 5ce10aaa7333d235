/**
 * Keys of objects: which strings are keys. One rule for every store, so that a key which one takes is never a
 * surprise in another, and none can leave its folder: no empty, "." or ".." segment, no backslash, no NUL.
 */
import { RadliteError } from "@radlite/model/errors";

const MAX_KEY_LENGTH = 512;
const MAX_SEGMENT_LENGTH = 80; // three bytes a character at most in a file name of 255
const SEGMENT = /^[A-Za-z0-9._@=+-]+$/;

/** @throws BAD_INPUT that says what is wrong with the key. */
export function checkKey(key: string): void {
  const problem = findProblem(key);
  if (problem === undefined) return;
  const shown = JSON.stringify(key.slice(0, 100));
  throw new RadliteError(
    "BAD_INPUT",
    `${shown} is not an object key: ${problem}. Expected segments of letters, digits and ._@=+- joined by "/"`,
  );
}

function findProblem(key: string): string | undefined {
  if (key.length === 0) return "it is empty";
  if (key.length > MAX_KEY_LENGTH) return `it has ${key.length} characters, at most ${MAX_KEY_LENGTH} fit`;
  for (const segment of key.split("/")) {
    if (segment === "") return "it has an empty segment";
    if (segment === "." || segment === "..") return `it has the segment "${segment}"`;
    if (segment.length > MAX_SEGMENT_LENGTH) return `a segment has over ${MAX_SEGMENT_LENGTH} characters`;
    if (!SEGMENT.test(segment)) return `"${segment}" has a character that is not allowed`;
  }
  return undefined;
}
