/**
 * A sealed file on a folder of radiographs, as `radlite evaluate` runs it. Files that do not decode are left
 * out of the figures and named; the same image twice is two cases, and said so.
 */

import { TEST } from "@radlite/registry/bundle";
import { listRadiographs } from "../data/index.ts";
import { type EvaluatedImages, type EvaluateOptions, evaluateArtifact } from "./run.ts";

export interface FolderEvaluation extends EvaluatedImages {
  /** Groups of files with the same bytes. */
  duplicates: string[][];
}

/**
 * `folder` holds NORMAL/ and PNEUMONIA/, or test/ with them; `set`: what it is called, `test` if left out. Errors:
 * BAD_ARTIFACT (not a sealed model), BAD_INPUT (layout, a class without a readable image).
 */
export async function evaluateFolder(
  artifact: Uint8Array,
  folder: string,
  { set = TEST, ...options }: Partial<EvaluateOptions> & { cacheFolder?: string } = {},
): Promise<FolderEvaluation> {
  const listing = await listRadiographs(folder, "test");
  const evaluated = await evaluateArtifact(artifact, listing.images, { ...options, set });
  return {
    ...evaluated,
    unreadable: [...listing.unreadable, ...evaluated.unreadable],
    duplicates: listing.duplicates,
  };
}
