/**
 * Takes a finished bundle among those that come with the product: the same version, its evaluations made compact
 * over the lists of radiographs that all of them share. A bundle that lies there already is packed in place.
 */
import { copyFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { EVALUATION_SETS, type Evaluation } from "@radlite/registry/log";
import { ARTIFACT_FILE, FACTS_FILE, IMAGES_FOLDER, readBundledEvaluation } from "./bundle.ts";
import { parseImageList, parseVersionFacts } from "./bundle-schema.ts";
import { compactEvaluation, type ImageList, listImages } from "./compact-evaluation.ts";

export interface ShipOptions {
  /** Of the folder that it gets (default: that of the bundle). */
  name?: string;
  /** Take the bundle in `parent/` along, as large as its float weights (default: where it lies here already). */
  withParent?: boolean;
  /** Added to those of the version. */
  tags?: Record<string, string>;
}

/** @returns the folder. @throws BAD_INPUT for what is no bundle, or was judged on a list in another order. */
export async function shipBundle(
  bundle: string,
  shippedFolder: string,
  { name = basename(bundle), withParent, tags = {} }: ShipOptions = {},
): Promise<string> {
  const target = join(shippedFolder, name);
  const imagesFolder = join(shippedFolder, IMAGES_FOLDER);
  const facts = parseVersionFacts(await readFile(join(bundle, FACTS_FILE)), join(name, FACTS_FILE));
  await mkdir(target, { recursive: true });
  await mkdir(imagesFolder, { recursive: true });
  for (const set of EVALUATION_SETS) {
    const evaluation = await readBundledEvaluation(bundle, set);
    if (!evaluation) continue;
    const list = await shareImages(evaluation, imagesFolder);
    await writeFile(join(target, `${set}.json`), JSON.stringify(compactEvaluation(evaluation, list)));
  }
  if (resolve(bundle) !== resolve(target)) {
    for (const file of [ARTIFACT_FILE, "recipe.yaml"]) await copyFile(join(bundle, file), join(target, file));
  }
  const version = { ...facts, tags: { ...facts.tags, ...tags } };
  await writeFile(join(target, FACTS_FILE), `${JSON.stringify(version, undefined, 2)}\n`);
  if (withParent ?? (await isThere(join(target, "parent")))) {
    await shipBundle(join(bundle, "parent"), shippedFolder, { name: join(name, "parent"), tags });
  }
  return target;
}

/** The list of the radiographs, written when it is the first evaluation on them. */
async function shareImages(evaluation: Evaluation, imagesFolder: string): Promise<ImageList> {
  const file = `${evaluation.images}.json`;
  const path = join(imagesFolder, file);
  if (await isThere(path)) return parseImageList(await readFile(path), file);
  const list = listImages(evaluation);
  await writeFile(path, JSON.stringify(list));
  return list;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
