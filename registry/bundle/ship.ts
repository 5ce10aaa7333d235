/**
 * Takes a finished bundle among those that come with the product: the same version, its evaluations made compact
 * over the lists of radiographs that all of them share. A bundle that lies there already is packed in place.
 */
import { copyFile, mkdir, stat, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { compactEvaluation, type ImageList, listImages } from "./compact-evaluation.ts";
import { listBundledSets } from "./entries.ts";
import type { Evaluation } from "./evaluation.ts";
import {
  ARTIFACT_FILE,
  evaluationFile,
  findParentBundle,
  IMAGES_FOLDER,
  imageListFile,
  PARENT_FOLDER,
  RECIPE_FILE,
} from "./file-names.ts";
import { readPlainFile } from "./plain-file.ts";
import { readBundledEvaluation, readFacts } from "./reading.ts";
import { parseImageList } from "./schema.ts";
import { writeFacts } from "./writing.ts";

export interface ShipOptions {
  /** Of the folder that it gets (default: that of the bundle). */
  name?: string;
  /** Take the bundle in `parent/` along, as large as its float weights (default: where it lies here already). */
  withParent?: boolean;
  /** Leave the model file behind: evidence for a table, not a version to run. */
  withoutArtifact?: boolean;
  /** Added to those of the version. */
  tags?: Record<string, string>;
}

/** @returns the folder. @throws BAD_INPUT for what is no bundle, or was judged on a list in another order. */
export async function shipBundle(
  bundle: string,
  shippedFolder: string,
  { name = basename(bundle), withParent, withoutArtifact = false, tags = {} }: ShipOptions = {},
): Promise<string> {
  const target = join(shippedFolder, name);
  const imagesFolder = join(shippedFolder, IMAGES_FOLDER);
  const facts = await readFacts(bundle);
  await mkdir(target, { recursive: true });
  await mkdir(imagesFolder, { recursive: true });
  for (const set of await listBundledSets(bundle)) {
    const evaluation = await readBundledEvaluation(bundle, set);
    if (!evaluation) continue;
    const list = await shareImages(evaluation, imagesFolder);
    await writeFile(join(target, evaluationFile(set)), JSON.stringify(compactEvaluation(evaluation, list)));
  }
  if (resolve(bundle) !== resolve(target)) {
    const files = withoutArtifact ? [RECIPE_FILE] : [ARTIFACT_FILE, RECIPE_FILE];
    for (const file of files) await copyFile(join(bundle, file), join(target, file));
  }
  await writeFacts(target, { ...facts, tags: { ...facts.tags, ...tags } });
  if (withParent ?? findParentBundle(target) !== undefined) {
    const options = { name: join(name, PARENT_FOLDER), withoutArtifact, tags };
    await shipBundle(join(bundle, PARENT_FOLDER), shippedFolder, options);
  }
  return target;
}

/** The list of the radiographs, written when it is the first evaluation on them, or the first that says more of them. */
async function shareImages(evaluation: Evaluation, imagesFolder: string): Promise<ImageList> {
  const file = imageListFile(evaluation.images);
  const path = join(imagesFolder, file);
  const there = (await isThere(path)) ? parseImageList(await readPlainFile(path), file) : undefined;
  if (there && there.formatVersion >= evaluation.formatVersion) return there;
  if (there) compactEvaluation({ ...evaluation, formatVersion: 1 }, there); // the same images in the same order
  const list = listImages(evaluation);
  await writeFile(path, JSON.stringify(list));
  return list;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
