/**
 * Where the weights lie that a recipe starts from. A recipe says their name, never a path: it is the command
 * line's `--weights`, or the setting RADLITE_WEIGHTS, that says where, else the cache of `radlite weights fetch`.
 */
import { existsSync } from "node:fs";
import { RadliteError } from "@radlite/model/errors";
import { findPublished, matchPublished, PUBLISHED_WEIGHTS } from "../fetch/index.ts";
import { findWeights } from "./published-weights.ts";

/** What recipes call the weights that `radlite weights fetch` brings; others of the same shape are not those. */
const PUBLISHED = "imagenet";

export interface WeightsLocation {
  /** What the command line gives: a path, or a name as `radlite weights list` has it. */
  given?: string;
  /** RADLITE_WEIGHTS: `name=/path,other=/path`. */
  setting?: string;
  /** Where fetched weights are; default: that of `radlite weights fetch`. */
  cacheFolder?: string;
}

/** What a recipe says of its start. */
interface StartingRecipe {
  name: string;
  initial?: { weights: string };
  architecture: { family: string; width?: number };
}

/**
 * `undefined` for a recipe that starts from scratch. Errors: BAD_INPUT (a setting of another form, a path that
 * nothing needs), NOT_FOUND (nobody says where), UNAVAILABLE (a file in the cache that is not the published one).
 */
export async function locateWeights(
  { name, initial, architecture }: StartingRecipe,
  { given, setting, cacheFolder }: WeightsLocation,
): Promise<string | undefined> {
  if (!initial) {
    if (given === undefined) return undefined;
    throw new RadliteError(
      "BAD_INPUT",
      `Recipe ${name} starts from scratch and has no use for the weights ${given}; a section initial would name them.`,
    );
  }
  const path = given ?? parseSetting(setting).get(initial.weights);
  if (path !== undefined) return isPublishedName(path) ? findInCache(path, cacheFolder) : path;
  const published = initial.weights === PUBLISHED ? matchPublished(architecture) : undefined;
  const cached = published && (await findWeights(published, cacheFolder));
  if (cached) return cached.path;
  throw new RadliteError(
    "NOT_FOUND",
    `Recipe ${name} starts from the weights ${initial.weights}: ${published ? `fetch them with "radlite weights fetch ${published.name}", or ` : ""}say where they are with --weights or RADLITE_WEIGHTS=${initial.weights}=/path.`,
  );
}

/** A file of that name goes first. */
function isPublishedName(given: string): boolean {
  return !existsSync(given) && PUBLISHED_WEIGHTS.some(({ name }) => name === given);
}

async function findInCache(name: string, cacheFolder: string | undefined): Promise<string> {
  const cached = await findWeights(findPublished(name), cacheFolder);
  if (cached) return cached.path;
  throw new RadliteError(
    "NOT_FOUND",
    `The weights ${name} are not in the cache: fetch them with "radlite weights fetch ${name}".`,
  );
}

function parseSetting(setting = ""): Map<string, string> {
  const entries = setting.split(",").filter((entry) => entry.trim() !== "");
  return new Map(
    entries.map((entry) => {
      const at = entry.indexOf("=");
      const [name, path] = [entry.slice(0, at).trim(), entry.slice(at + 1).trim()];
      if (at > 0 && name && path) return [name, path];
      throw new RadliteError("BAD_INPUT", `RADLITE_WEIGHTS has "${entry}"; name=/path was expected.`);
    }),
  );
}
