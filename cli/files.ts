/** Files that people name on the command line, with errors that say what is wrong with them. */
import { writeFile } from "node:fs/promises";
import { RadliteError } from "@radlite/model/errors";
import { readPlainFile } from "@radlite/registry/bundle";

/** Of one radiograph, as over HTTP. */
export const RADIOGRAPH_BYTES = 64 * 2 ** 20;

const READING_PROBLEMS: Record<string, string> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "it may not be read",
  ELOOP: "it is a link that leads to itself",
};

/** @throws NOT_FOUND when the file is not there, cannot be read or is none; BAD_INPUT when it is too large. */
export async function readNamedFile(path: string, maxBytes?: number): Promise<Uint8Array> {
  try {
    return await readPlainFile(path, maxBytes);
  } catch (cause) {
    if (cause instanceof RadliteError) {
      const { code, reason, message } = cause;
      const isTooLarge = reason !== undefined && ({ reason, status: 413 } as const);
      throw new RadliteError(code, `cannot read ${path}: ${message}`, { ...isTooLarge, cause });
    }
    const { code = "", message } = cause as NodeJS.ErrnoException;
    throw new RadliteError("NOT_FOUND", `cannot read ${path}: ${READING_PROBLEMS[code] ?? message}`, {
      cause,
    });
  }
}

/** The same for a file that is to be looked at, and no model or gate. */
export const readNamedRadiograph = (path: string): Promise<Uint8Array> =>
  readNamedFile(path, RADIOGRAPH_BYTES);

/** @throws BAD_INPUT when the file cannot be written there. */
export async function writeNamedFile(path: string, content: Uint8Array | string): Promise<void> {
  await writeFile(path, content).catch((cause: Error) => {
    throw new RadliteError("BAD_INPUT", `cannot write ${path}: ${cause.message}`, { cause });
  });
}
