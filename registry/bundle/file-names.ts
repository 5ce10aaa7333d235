/**
 * The names in a bundle, spelled here and nowhere else. A bundle is the folder that a training writes and the
 * registry reads, one version with its evidence:
 *   model.rlm  version.json  <set>.json for each evaluation set  recipe.yaml  [parent/ (a bundle)]
 * Bundles that lie together may share the lists of the radiographs that they were evaluated on, as
 * images/<digest>.json beside them (compact-evaluation.ts).
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

export const ARTIFACT_FILE = "model.rlm";
/** Without it a folder is no bundle. */
export const FACTS_FILE = "version.json";
export const RECIPE_FILE = "recipe.yaml";
/** Holds the bundle of what the version was compressed from. */
export const PARENT_FOLDER = "parent";
/** Beside bundles: the lists of radiographs that their evaluations share. */
export const IMAGES_FOLDER = "images";
/** Beside bundles: the gates of data sets, `<model>.rlg`. */
export const GATES_FOLDER = "gates";

export const evaluationFile = (set: string): string => `${set}.json`;

/** `images`: the digest of the list. */
export const imageListFile = (images: string): string => `${images}.json`;

/** The folder of a bundle's parent, or undefined when none lies in it. */
export function findParentBundle(folder: string): string | undefined {
  const parent = join(folder, PARENT_FOLDER);
  return existsSync(parent) ? parent : undefined;
}
