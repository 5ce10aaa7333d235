/**
 * The folder that a bundle goes to. What compressing makes replaces it as a whole at the end or not at all: it lies
 * in `<folder>.partial` beside it meanwhile, where a run that was stopped finds it again. A training writes into
 * the folder itself, and learns before it begins whether it may. One process at a time makes a bundle in a folder.
 */
import { constants, existsSync } from "node:fs";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join, normalize, resolve } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { findForeignEntry, PARENT_FOLDER } from "@radlite/registry/bundle";
import { holdLock } from "../fetch/lock.ts";
import { type Beginning, refuseOverwriting, STATE_FILE } from "./run-state.ts";
import { makeWritable } from "./writable-folder.ts";

export interface OutFolder {
  /** For what a run keeps of its progress; there once something is written to it. */
  progress: string;
  /** `write` fills an empty folder, which then takes the place of the one before. */
  replace(write: (folder: string) => Promise<void>): Promise<void>;
}

/**
 * `act` while no other process on this machine makes a bundle there. Errors: CONFLICT where one does, BAD_INPUT where
 * nothing can be written, and those of `act`.
 */
export async function holdOutFolder<T>(folder: string, act: () => Promise<T>): Promise<T> {
  return holdLock(await findLockPlace(folder), `making a bundle in ${folder}`, act);
}

/** Beside the folder, which compressing replaces; within it where another user made it for this one. */
async function findLockPlace(folder: string): Promise<string> {
  const target = resolve(folder);
  try {
    await makeWritable(dirname(target), folder);
    return `${target}.lock`;
  } catch (error) {
    const isGiven = await access(target, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (isGiven) return join(target, "run.lock");
    throw error;
  }
}

/**
 * With `fresh` what a run that was stopped left of its progress goes. Errors: BAD_INPUT where nothing can be written
 * beside the folder, CONFLICT where it holds what is no part of a bundle, which replacing it would take away, or
 * where a run was stopped and nobody says whether to go on with it.
 */
export async function openOutFolder(folder: string, { resume, fresh }: Beginning = {}): Promise<OutFolder> {
  const target = normalize(folder).replace(/(?<=.)[\\/]+$/, "");
  const partial = `${target}.partial`;
  const before = join(partial, "before");
  if (existsSync(before) && !existsSync(target)) await rename(before, target); // killed between two steps
  await refuseForeign(target, folder);
  const progress = join(partial, "stages");
  if (existsSync(progress) && !resume && !fresh) throw refuseOverwriting(folder, "a compression");
  await makeWritable(partial, folder); // what cannot be written in the end is known before there is work to lose
  if (!resume) await rm(partial, { recursive: true, force: true });
  return {
    progress,
    async replace(write) {
      const draft = join(partial, "bundle");
      await rm(draft, { recursive: true, force: true });
      await mkdir(draft, { recursive: true });
      await write(draft);
      await rm(before, { recursive: true, force: true }); // of a run that was killed once its bundle was in place
      if (existsSync(target)) await rename(target, before);
      await rename(draft, target);
      await rm(partial, { recursive: true, force: true });
    },
  };
}

/**
 * Makes the folder of a training, which keeps all in it but the bundle that was there. Errors: BAD_INPUT where it
 * cannot be made or written to, CONFLICT where its parent/ holds what is no part of a bundle.
 */
export async function makeOutFolder(folder: string): Promise<void> {
  await makeWritable(folder);
  const parent = join(folder, PARENT_FOLDER);
  await refuseForeign(parent, parent);
}

/** `name` is what to call the folder, which need not be there. A run that was killed leaves drafts: FILE.PROCESS. */
async function refuseForeign(folder: string, name: string): Promise<void> {
  if (!existsSync(folder)) return;
  const foreign = await findForeignEntry(folder, [STATE_FILE]);
  if (foreign === undefined) return;
  throw new RadliteError(
    "CONFLICT",
    `${name} holds ${foreign}, which is no part of a bundle and would be lost. Name another folder.`,
  );
}
