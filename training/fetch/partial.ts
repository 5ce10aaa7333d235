/**
 * What is there of a file that did not come whole: its first bytes, and a note of where they came from and of
 * which version. Bytes without a note, of another address or of no known version are not gone on from.
 */
import { type FileHandle, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { z } from "zod";
import type { Resumption } from "./request.ts";

const noteSchema = z.strictObject({ url: z.string(), validator: z.string() });

export interface Partial {
  path: string;
  notePath: string;
  /** The address as asked for, before redirects. */
  url: string;
}

/** `path`: of the whole file. */
export function partialOf(path: string, url: string): Partial {
  return { path: `${path}.partial`, notePath: `${path}.partial.json`, url };
}

/** `undefined` where the file must be read from its start. */
export async function findResumption({ path, notePath, url }: Partial): Promise<Resumption | undefined> {
  const note = noteSchema.safeParse(
    await readFile(notePath, "utf8")
      .then(JSON.parse)
      .catch(() => undefined),
  );
  const offset = await stat(path)
    .then(({ size }) => size)
    .catch(() => 0);
  if (!note.success || note.data.url !== url || offset === 0) return undefined;
  return { offset, validator: note.data.validator };
}

/** Opened for appending at `start`; what was there behind it is gone. */
export async function openPartial(
  partial: Partial,
  start: number,
  validator: string | undefined,
): Promise<FileHandle> {
  const { path, notePath, url } = partial;
  if (start === 0) {
    await dropPartial(partial);
    if (validator) await writeFile(notePath, JSON.stringify({ url, validator }));
  }
  const file = await open(path, "a");
  await file.truncate(start);
  return file;
}

export async function dropPartial({ path, notePath }: Partial): Promise<void> {
  for (const file of [notePath, path]) await rm(file, { force: true });
}
