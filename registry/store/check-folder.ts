/**
 * Is the folder that RADLITE_STORE names one? Looked at when a store is opened, so that nobody takes a typing error
 * for an empty registry. A folder that is not there yet is an empty one, as long as it can be made.
 */
import { constants } from "node:fs";
import { access, lstat, readlink, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { hasCode } from "./file-generations.ts";

/** Ends a message about a folder that will not do. */
export const CURE = "set RADLITE_STORE to file:FOLDER, a folder that can be read and written";

/**
 * @returns why nothing can be written there, as the end of a sentence; undefined when writing works.
 * @throws BAD_INPUT for what is no folder, could never become one, or cannot be read.
 */
export async function checkFolder(folder: string): Promise<string | undefined> {
  const path = resolve(folder);
  const problem = await findProblem(path);
  if (problem !== undefined) {
    throw new RadliteError("BAD_INPUT", `file:${folder} cannot hold a registry: ${problem}; ${CURE}`);
  }
  const { above, isThere } = await findNearest(path);
  if (isThere && !(await may(above, constants.R_OK | constants.X_OK))) {
    throw new RadliteError("BAD_INPUT", `file:${folder} cannot be read by this user; ${CURE}`);
  }
  if (await may(above, constants.W_OK | constants.X_OK)) return undefined;
  return `${above} cannot be written by this user; ${CURE}`;
}

/** What stands in the way of a folder of that path, or undefined. */
async function findProblem(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).isDirectory() ? undefined : `${path} is no folder`;
  } catch (error) {
    if (hasCode(error, "ELOOP")) return `${path} is a symbolic link that leads back to itself`;
    if (hasCode(error, "ENAMETOOLONG")) return "its path is too long";
    if (hasCode(error, "EACCES", "EPERM")) return `${dirname(path)} cannot be read by this user`;
    if (!hasCode(error, "ENOENT", "ENOTDIR")) throw error;
  }
  const isLink = (await lstat(path).catch(() => undefined))?.isSymbolicLink() ?? false;
  if (isLink) return `${path} is a symbolic link to ${await readlink(path)}, which is not there`;
  return findProblem(dirname(path)); // ends at the root, which is a folder
}

async function findNearest(path: string): Promise<{ above: string; isThere: boolean }> {
  for (let above = path; ; above = dirname(above)) {
    if (await stat(above).catch(() => undefined)) return { above, isThere: above === path };
  }
}

async function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
