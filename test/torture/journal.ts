/**
 * The journal of a writer: what it asked and what it was told, a line of JSON each, on disk (fsync) before it goes on.
 * What stands here as told was acknowledged, whatever becomes of the writer; a last line that a kill cut short was not.
 */
import { open, readdir, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { RequestOutcome } from "@radlite/registry/log";
import type { Asked } from "./requests.ts";

export type Entry = { asked: Asked } | { told: RequestOutcome };

/** A request, and its answer once there was one. */
export interface Request {
  writer: number;
  /** 0, 1, 2, ... of its writer. */
  at: number;
  asked: Asked;
  told?: RequestOutcome;
}

export interface Journal {
  /** As it was when it was opened. */
  requests: readonly Request[];
  write(...entries: Entry[]): Promise<void>;
  close(): Promise<void>;
}

const pathOf = (folder: string, writer: number): string => join(folder, `writer-${writer}.jsonl`);

export async function openJournal(folder: string, writer: number): Promise<Journal> {
  const path = pathOf(folder, writer);
  const file = await open(path, "a");
  const { requests, wholeBytes } = await read(path, writer);
  await truncate(path, wholeBytes);
  return {
    requests,
    async write(...entries) {
      await file.appendFile(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
      await file.sync();
    },
    close: () => file.close(),
  };
}

/** The requests of every writer. */
export async function readJournals(folder: string): Promise<Request[]> {
  const names = await readdir(folder);
  const writers = names.flatMap((name) => /^writer-(\d+)\.jsonl$/.exec(name)?.[1] ?? []).map(Number);
  const journals = await Promise.all(writers.map((writer) => read(pathOf(folder, writer), writer)));
  return journals.flatMap(({ requests }) => requests);
}

async function read(path: string, writer: number): Promise<{ requests: Request[]; wholeBytes: number }> {
  const text = await readFile(path, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const requests: Request[] = [];
  for (const line of whole.split("\n").slice(0, -1)) {
    const entry = JSON.parse(line) as Entry;
    if ("asked" in entry) requests.push({ writer, at: requests.length, asked: entry.asked });
    else requests.at(-1)!.told = entry.told;
  }
  return { requests, wholeBytes: Buffer.byteLength(whole) };
}
