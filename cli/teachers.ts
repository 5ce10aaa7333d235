/** Models that a recipe's student learns from, in place of those that the recipe names. */
import type { Teacher } from "@radlite/training/run";
import { readModel } from "./models.ts";

/** @throws as `readModel`; BAD_ARTIFACT for what is no network. */
export async function openTeachers(names: readonly string[] | undefined): Promise<Teacher[] | undefined> {
  if (!names) return undefined;
  const { openTeacher } = await import("@radlite/training/run");
  return Promise.all(names.map(async (name) => openTeacher((await readModel(name)).bytes, name)));
}
