/**
 * scores.jsonl: a line a file, written as they come and never changed. A run that was stopped goes on behind the last
 * whole line; what a kill left of the next is cut off. Beside it lies what the lines came of (`.settings.json`), so
 * that a file never holds the answers of two models, or two ways of asking.
 */
import { constants } from "node:fs";
import { type FileHandle, open, readFile, stat, writeFile } from "node:fs/promises";
import { RadliteError } from "@radlite/model/errors";
import { releaseLock, takeLock } from "@radlite/training/lock-file";
import type { ScoredFile } from "./scorer.ts";

/** What the lines of a file have in common. */
export interface ScoreSettings {
  /** As `Source` names it. */
  from: string;
  /** SHA-256 of the model's file, and of the gate's. */
  model: string;
  gate: string | null;
  onOutside: "answer" | null;
  onReview: "answer" | null;
}

export interface ScoreFile {
  /** The files that have a line already. */
  before: ReadonlySet<string>;
  write(scored: ScoredFile): Promise<void>;
  close(): Promise<void>;
}

export type OnKept = (scored: ScoredFile) => void;

/** No line of ours is longer. */
const MAX_LINE_BYTES = 2 ** 20;
const CHUNK_BYTES = 2 ** 18;
const IN_WORDS: Record<keyof ScoreSettings, string> = {
  from: "place",
  model: "model",
  gate: "gate",
  onOutside: "--on-outside",
  onReview: "--on-review",
};

/** All that a score file makes beside itself, and it. */
export const filesOf = (path: string): string[] => [path, settingsOf(path), lockOf(path)];

/**
 * @param onKept is told of the lines that are there already
 * @throws BAD_INPUT for what cannot be written or is no file; CONFLICT for one that holds something else, lines that
 *   came of other settings, or that another process writes to.
 */
export async function openScoreFile(
  path: string,
  settings: ScoreSettings,
  onKept: OnKept,
): Promise<ScoreFile> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isFile()) {
    throw new RadliteError("BAD_INPUT", `cannot write ${path}: it is no file; --out - writes to stdout`);
  }
  const holder = await takeLock(lockOf(path)).catch((cause) => {
    throw cannotWrite(path, cause);
  });
  if (holder !== undefined) {
    throw new RadliteError(
      "CONFLICT",
      `process ${holder} writes to ${path} too: wait for it, or name another file`,
    );
  }
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDWR | constants.O_CREAT).catch((cause) => {
      throw cannotWrite(path, cause);
    });
    const { before, end } = await readLines(file, path, onKept);
    if (before.size > 0) await requireSame(path, settings);
    else
      await writeFile(
        settingsOf(path),
        `${JSON.stringify({ formatVersion: 1, ...settings }, undefined, 2)}\n`,
      );
    await file.truncate(end);
    return keepWriting(file, { path, before, end });
  } catch (error) {
    await file?.close();
    await releaseLock(lockOf(path));
    throw error;
  }
}

function keepWriting(
  file: FileHandle,
  { path, before, end }: { path: string; before: Set<string>; end: number },
): ScoreFile {
  let at = end;
  return {
    before,
    async write(scored) {
      const line = Buffer.from(`${JSON.stringify(scored)}\n`);
      // A disk with little room takes a part, and says so with the next: behind a part nothing else may come.
      for (let done = 0; done < line.length; )
        done += (await file.write(line, done, line.length - done, at + done)).bytesWritten;
      at += line.length;
    },
    async close() {
      await file.close();
      await releaseLock(lockOf(path));
    },
  };
}

/** To stdout, where nothing can be gone on with. */
export function writeToStdout(): ScoreFile {
  return {
    before: new Set(),
    write: (scored) =>
      new Promise((resolve) => process.stdout.write(`${JSON.stringify(scored)}\n`, () => resolve())),
    close: async () => {},
  };
}

/** The files of the lines, and where the last whole line ends. */
async function readLines(
  file: FileHandle,
  path: string,
  onKept: OnKept,
): Promise<{ before: Set<string>; end: number }> {
  const before = new Set<string>();
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let rest = Buffer.alloc(0);
  let end = 0;
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let next = rest.indexOf(10); next >= 0; next = rest.indexOf(10, start)) {
      const scored = parseLine(rest.toString("utf8", start, next));
      if (!scored) throw isForeign(path, before.size + 1);
      before.add(scored.file);
      onKept(scored);
      end += next + 1 - start;
      start = next + 1;
    }
    rest = rest.subarray(start);
    if (rest.length > MAX_LINE_BYTES) throw isForeign(path, before.size + 1);
  }
  if (before.size === 0 && rest.length > 0 && !rest.toString().startsWith('{"file":'))
    throw isForeign(path, 1);
  return { before, end };
}

function parseLine(text: string): ScoredFile | undefined {
  try {
    const line = JSON.parse(text);
    if (typeof line?.file !== "string") return undefined;
    if (typeof line.error?.code === "string") return line;
    return typeof line.answer?.verdict === "string" ? line : undefined;
  } catch {
    return undefined;
  }
}

async function requireSame(path: string, settings: ScoreSettings): Promise<void> {
  const text = await readFile(settingsOf(path), "utf8").catch(() => "");
  const kept = parseSettings(text);
  if (!kept) {
    throw new RadliteError(
      "CONFLICT",
      `${path} holds lines, and ${settingsOf(path)}, which says what they came of, is not there: name another file`,
    );
  }
  const keys = Object.keys(IN_WORDS) as (keyof ScoreSettings)[];
  const other = keys.find((key) => kept[key] !== settings[key]);
  if (other === undefined) return;
  throw new RadliteError(
    "CONFLICT",
    `${path} was begun with another ${IN_WORDS[other]} (${kept[other] ?? "none"}, now ${settings[other] ?? "none"}): name another file, or delete it to begin anew`,
  );
}

function parseSettings(text: string): ScoreSettings | undefined {
  try {
    const kept = JSON.parse(text);
    return kept?.formatVersion === 1 ? kept : undefined;
  } catch {
    return undefined;
  }
}

const settingsOf = (path: string): string => `${path}.settings.json`;
const lockOf = (path: string): string => `${path}.lock`;

const cannotWrite = (path: string, cause: Error): RadliteError =>
  new RadliteError("BAD_INPUT", `cannot write ${path}: ${cause.message}`, { cause });

const isForeign = (path: string, line: number): RadliteError =>
  new RadliteError("CONFLICT", `line ${line} of ${path} is none of radlite score's: name another file`);
