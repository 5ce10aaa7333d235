/**
 * What a run says of itself in words: runs/<id>/log/<n>.txt, pieces of lines in UTF-8 that are created once each and
 * read in their order. A piece is small, and a run has so many at most; what it says after that is not kept, and the
 * last piece says so.
 */
import { stripVTControlCharacters } from "node:util";
import { RadliteError } from "@radlite/model/errors";
import { digestOf } from "@radlite/registry/bundle";
import type { Registry, Run } from "@radlite/registry/log";
import { isConflict } from "@radlite/registry/store";
import { decodeCursor, encodeCursor } from "./page.ts";

export const RUN_LOG_LIMITS = {
  /** Characters of a line; the rest of a longer one is not kept. */
  line: 2_000,
  /** Characters of a piece, which are four bytes each at most. */
  piece: 16_384,
  /** Of a run. */
  pieces: 2_000,
  /** That one answer holds. */
  piecesRead: 32,
} as const;

/** That are appended at once. */
export const MAX_LINES = 1_000;

const DIGITS = 5;
const FULL = "What else the run says is not kept: its log is full.";

export interface RunLog {
  /** Oldest first. */
  lines: string[];
  /** To go on from, when the run has said more. */
  cursor: string;
}

/** Lines as they are kept: without colours and control characters, none endless. */
export function toLines(text: string): string[] {
  return stripVTControlCharacters(text)
    .split(/\r\n|[\r\n]/)
    .map((line) => clean(line).slice(0, RUN_LOG_LIMITS.line));
}

const clean = (line: string): string =>
  [...line].map((character) => (character < " " && character !== "\t" ? "\uFFFD" : character)).join("");

/** Puts lines behind what the run has said; of two who do that at once neither loses any. */
export async function appendRunLog(
  { store }: Registry,
  { runId, lines }: { runId: string; lines: readonly string[] },
): Promise<void> {
  let number = await findLast({ store }, runId);
  for (const piece of cutPieces(lines)) {
    for (;;) {
      number++;
      if (number > RUN_LOG_LIMITS.pieces) return;
      const text = number === RUN_LOG_LIMITS.pieces ? FULL : piece;
      if (await createPiece({ store }, keyOf(runId, number), new TextEncoder().encode(text))) break;
    }
  }
}

/** Whether it is there now; false where another piece is. */
async function createPiece(
  { store }: Pick<Registry, "store">,
  key: string,
  bytes: Uint8Array,
): Promise<boolean> {
  try {
    await store.create(key, bytes);
    return true;
  } catch (error) {
    if (!isConflict(error)) throw error;
    const there = await store.get(key); // its own, where the answer was lost
    return there !== undefined && digestOf(there.bytes) === digestOf(bytes);
  }
}

function cutPieces(lines: readonly string[]): string[] {
  const pieces: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const line of lines.flatMap(toLines)) {
    length += line.length + 1;
    if (length > RUN_LOG_LIMITS.piece) {
      pieces.push([]);
      length = line.length + 1;
    }
    pieces.at(-1)!.push(line);
  }
  return pieces.map((piece) => piece.join("\n"));
}

async function findLast({ store }: Pick<Registry, "store">, runId: string): Promise<number> {
  let last = 0;
  for await (const key of store.list(prefixOf(runId))) last = Math.max(last, numberOf(key) ?? 0);
  return last;
}

/**
 * What a run has said since a cursor, or from its beginning: some hundred lines at a time.
 * @throws BAD_INPUT for what is no cursor of this log.
 */
export async function readRunLog({ store }: Registry, { id }: Run, after?: string): Promise<RunLog> {
  const order = { name: `log of ${id}`, directions: ["ASC"] } as const;
  const start = after === undefined ? 0 : readPlace(after, order);
  const keys: string[] = [];
  for await (const key of store.list(prefixOf(id), { startAfter: keyOf(id, start) })) {
    if (numberOf(key) !== undefined) keys.push(key);
    if (keys.length === RUN_LOG_LIMITS.piecesRead) break;
  }
  const pieces = await Promise.all(keys.map((key) => store.get(key)));
  const lines = pieces.flatMap((piece) => (piece ? new TextDecoder().decode(piece.bytes).split("\n") : []));
  const end = keys.length === 0 ? start : numberOf(keys.at(-1)!)!;
  return { lines, cursor: encodeCursor([end], order) };
}

function readPlace(cursor: string, order: { name: string; directions: readonly ["ASC"] }): number {
  const place = Number(decodeCursor(cursor, order, [[0]])[0]);
  if (Number.isInteger(place) && place >= 0 && place <= RUN_LOG_LIMITS.pieces) return place;
  throw new RadliteError("BAD_INPUT", `"${cursor.slice(0, 100)}" is no place in a log: start without one`);
}

const prefixOf = (runId: string): string => `runs/${runId}/log/`;
const keyOf = (runId: string, number: number): string =>
  `${prefixOf(runId)}${String(number).padStart(DIGITS, "0")}.txt`;

function numberOf(key: string): number | undefined {
  const [, number] = /\/log\/(\d{5})\.txt$/.exec(key) ?? [];
  return number === undefined ? undefined : Number(number);
}
