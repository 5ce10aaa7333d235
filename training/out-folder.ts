/**
 * The folder that a bundle goes to, replaced as a whole at the end or not at all: what is made lies in
 * `<folder>.partial` beside it meanwhile, where a run that was stopped finds it again.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { RadliteError } from "@radlite/model/errors";

export interface OutFolder {
  /** For what a run keeps of its progress; there once something is written to it. */
  progress: string;
  /** `write` fills an empty folder, which then takes the place of the one before. */
  replace(write: (folder: string) => Promise<void>): Promise<void>;
}

const BUNDLE_FILES = ["model.rlm", "version.json", "validation.json", "test.json", "recipe.yaml", "parent"];

/**
 * Without `resume` what an earlier run left of its progress goes. Errors: CONFLICT where the folder holds what is
 * no part of a bundle, which replacing it would take away.
 */
export async function openOutFolder(folder: string, { resume }: { resume: boolean }): Promise<OutFolder> {
  const target = normalize(folder).replace(/(?<=.)[\\/]+$/, "");
  const partial = `${target}.partial`;
  const before = join(partial, "before");
  if (existsSync(before) && !existsSync(target)) await rename(before, target); // killed between two steps
  const foreign = existsSync(target)
    ? (await readdir(target)).find((name) => !BUNDLE_FILES.includes(name))
    : undefined;
  if (foreign !== undefined) {
    throw new RadliteError(
      "CONFLICT",
      `${folder} holds ${foreign}, which is no part of a bundle and would be lost. Name another folder.`,
    );
  }
  if (!resume) await rm(partial, { recursive: true, force: true });
  return {
    progress: join(partial, "stages"),
    async replace(write) {
      const draft = join(partial, "bundle");
      await rm(draft, { recursive: true, force: true });
      await mkdir(draft, { recursive: true });
      await write(draft);
      await mkdir(dirname(target), { recursive: true });
      await rm(before, { recursive: true, force: true }); // of a run that was killed once its bundle was in place
      if (existsSync(target)) await rename(target, before);
      await rename(draft, target);
      await rm(partial, { recursive: true, force: true });
    },
  };
}
