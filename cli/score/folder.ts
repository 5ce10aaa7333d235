/**
 * A folder of radiographs. Whatever lies in it and is no folder is a file to look at, so that nothing is left out in
 * silence; names are relative to the folder, with forward slashes. A folder that several names lead to, by links, is
 * looked at once: no circle of links goes on for ever, and no radiograph counts twice for it.
 */
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { describeFileProblem, RadliteError } from "@radlite/model/errors";
import { readNamedRadiographSync } from "../files.ts";
import type { Source } from "./source.ts";

/** @throws NOT_FOUND where nothing is; BAD_INPUT for what is no folder. */
export async function openFolder(place: string): Promise<Source> {
  const found = await stat(place).catch((cause) => {
    throw new RadliteError("NOT_FOUND", `cannot read ${place}: ${describeFileProblem(cause)}`, { cause });
  });
  if (!found.isDirectory()) {
    throw new RadliteError(
      "BAD_INPUT",
      `${place} is no folder: radlite score takes a folder or s3://BUCKET/PREFIX, radlite classify single files`,
    );
  }
  const root = await realpath(place);
  return {
    name: root,
    list: async (except) => {
      const paths = new Set(await Promise.all(except.map(findReal)));
      return (await listFiles(root)).filter((file) => !paths.has(join(root, file)));
    },
    // By a thread that does nothing else, whose other picture is decoded meanwhile.
    read: async (file) => readNamedRadiographSync(join(root, file)),
  };
}

async function listFiles(root: string): Promise<string[]> {
  const files: string[] = [];
  const looked = new Set<string>();
  const links: string[] = [];

  /** False for a folder that was looked at under another name. */
  async function isNew(folder: string): Promise<boolean> {
    const { dev, ino } = await stat(join(root, folder), { bigint: true });
    const id = `${dev}:${ino}`;
    return !looked.has(id) && Boolean(looked.add(id));
  }

  async function walk(start: string): Promise<void> {
    const folders = [start];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      if (!(await isNew(folder))) continue;
      for (const entry of await readFolder(join(root, folder))) {
        if (entry.name.startsWith(".")) continue;
        const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) folders.push(path);
        else if (entry.isSymbolicLink() && (await isFolder(join(root, path)))) links.push(path);
        else files.push(path);
      }
    }
  }

  await walk("");
  // After all that needs none, so that a folder in the tree goes by its own name; what is found on the way comes last.
  for (const link of inOrder(links)) await walk(link);
  return inOrder(files);
}

function readFolder(path: string) {
  return readdir(path, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new RadliteError("NOT_FOUND", `cannot read the folder ${path}: ${describeFileProblem(cause)}`, {
      cause,
    });
  });
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

const inOrder = (names: string[]): string[] => names.sort((a, b) => (a < b ? -1 : 1));

/** Of a file that may not be there yet. */
const findReal = async (path: string): Promise<string> =>
  join(await realpath(dirname(resolve(path))).catch(() => dirname(resolve(path))), basename(path));
