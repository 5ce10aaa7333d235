/** Files that people name on the command line, with errors that say what is wrong with them. */
import { readFile, writeFile } from "node:fs/promises";
import { RadliteError } from "@radlite/model/errors";

const READING_PROBLEMS: Record<string, string> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "it may not be read",
};

/** @throws NOT_FOUND when the file is not there or cannot be read. */
export async function readNamedFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code = "", message } = cause as NodeJS.ErrnoException;
    throw new RadliteError("NOT_FOUND", `cannot read ${path}: ${READING_PROBLEMS[code] ?? message}`, {
      cause,
    });
  }
}

/** @throws BAD_INPUT when the file cannot be written there. */
export async function writeNamedFile(path: string, content: Uint8Array | string): Promise<void> {
  await writeFile(path, content).catch((cause: Error) => {
    throw new RadliteError("BAD_INPUT", `cannot write ${path}: ${cause.message}`, { cause });
  });
}
