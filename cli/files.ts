/** Files that people name on the command line, with errors that say what is wrong with them. */
import { constants } from "node:fs";
import { access, realpath, stat, writeFile } from "node:fs/promises";
import { dirname, extname, sep } from "node:path";
import { describeFileProblem, RadliteError } from "@radlite/model/errors";
import { readPlainFile, readPlainFileSync } from "@radlite/registry/bundle";
import { makeFolder } from "@radlite/registry/store";

/** Of one radiograph, as over HTTP. */
export const RADIOGRAPH_BYTES = 64 * 2 ** 20;

/** @throws NOT_FOUND when the file is not there, cannot be read or is none; BAD_INPUT when it is too large. */
export async function readNamedFile(path: string, maxBytes?: number): Promise<Uint8Array> {
  return readPlainFile(path, maxBytes).catch((cause) => refuseToRead(path, cause));
}

/** The same for a file that is to be looked at, and no model or gate. */
export const readNamedRadiograph = (path: string): Promise<Uint8Array> =>
  readNamedFile(path, RADIOGRAPH_BYTES);

/** The same while all else in this thread waits. */
export function readNamedRadiographSync(path: string): Uint8Array {
  try {
    return readPlainFileSync(path, RADIOGRAPH_BYTES);
  } catch (cause) {
    return refuseToRead(path, cause);
  }
}

/** @throws BAD_INPUT when the file cannot be written there. */
export async function writeNamedFile(path: string, content: Uint8Array | string): Promise<void> {
  await writeFile(path, content).catch((cause) => refuseToWrite(path, cause));
}

/** What commands write beside what they read, and may write again. */
const REPORTS = [".html", ".svg", ".csv", ".md", ".onnx", ".rlg"];

/**
 * Before the work whose result is to lie there, which is not to be lost.
 * @param path undefined where nothing is to be written
 * @param reads files and folders that the command reads, or other names of what it reads
 * @throws BAD_INPUT when it is a folder, has none to lie in, may not be written, or is a file that is read.
 */
export async function requireWritable(
  path: string | undefined,
  reads: readonly (string | undefined)[] = [],
): Promise<void> {
  if (path === undefined) return;
  for (const read of reads) if (read !== undefined) await refuseWritingOver(path, read);
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw new RadliteError("BAD_INPUT", `cannot write ${path}: it is a folder`);
  const folder = dirname(path);
  const found = there ? undefined : await stat(folder).catch(() => undefined);
  if (!there && !found?.isDirectory()) {
    const problem = found ? `${folder} is no folder` : `there is no folder ${folder}`;
    throw new RadliteError("BAD_INPUT", `cannot write ${path}: ${problem}`);
  }
  await access(there ? path : folder, constants.W_OK).catch((cause) => refuseToWrite(path, cause));
}

/** A link to what is read is what is read. */
async function refuseWritingOver(path: string, read: string): Promise<void> {
  const [target, source] = await Promise.all([path, read].map((one) => realpath(one).catch(() => undefined)));
  if (target === undefined || source === undefined) return;
  const [there, from] = [await stat(target), await stat(source)];
  const isSame = there.ino === from.ino && there.dev === from.dev;
  const isPart = target.startsWith(`${source}${sep}`) && !REPORTS.includes(extname(target).toLowerCase());
  if (there.isDirectory() || (!isSame && !isPart)) return;
  throw new RadliteError(
    "BAD_INPUT",
    `writing to ${path} would lose ${isSame ? "what is read from it" : `a file of ${read}, which is read`}: name another file`,
  );
}

/** @throws BAD_INPUT when it cannot be made. */
export async function makeNamedFolder(path: string): Promise<void> {
  await makeFolder(path).catch((cause) => {
    throw new RadliteError("BAD_INPUT", `cannot make the folder ${path}: ${describeFileProblem(cause)}`, {
      cause,
    });
  });
}

function refuseToRead(path: string, cause: unknown): never {
  if (cause instanceof RadliteError) {
    const { code, reason, message } = cause;
    const isTooLarge = reason !== undefined && ({ reason, status: 413 } as const);
    throw new RadliteError(code, `cannot read ${path}: ${message}`, { ...isTooLarge, cause });
  }
  throw new RadliteError("NOT_FOUND", `cannot read ${path}: ${describeFileProblem(cause)}`, { cause });
}

function refuseToWrite(path: string, cause: unknown): never {
  throw new RadliteError("BAD_INPUT", `cannot write ${path}: ${describeFileProblem(cause)}`, { cause });
}
