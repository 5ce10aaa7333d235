/**
 * A bundle judged and sealed anew: the same network by the same recipe, after calibration or the engine changed.
 * It runs on the images that the bundle was made with, or not at all. Its parent goes first. Loads no TensorFlow.
 */
import { RadliteError } from "@radlite/model/errors";
import { open } from "@radlite/model/format";
import {
  digestImages,
  digestOf,
  findParentBundle,
  readBundledArtifact,
  readBundledRecipe,
  readFacts,
  removeEvaluations,
  writeBundle,
} from "@radlite/registry/bundle";
import { loadTrainingData } from "../data/index.ts";
import { reportEvaluation, summariseReport } from "../evaluation/index.ts";
import { parseRecipe } from "../recipes/index.ts";
import { judgeFrozen } from "./judging.ts";

/**
 * Gives a line an evaluation; in the end, the new digest. `tags` are added to those of every file. Errors:
 * BAD_INPUT when `dataFolder` holds other training images, and those of loading data.
 */
export async function* resealBundle(
  folder: string,
  dataFolder: string,
  tags: Record<string, string> = {},
): AsyncGenerator<string, string> {
  const parentFolder = findParentBundle(folder);
  const parent = parentFolder === undefined ? undefined : yield* resealBundle(parentFolder, dataFolder, tags);

  const facts = await readFacts(folder);
  const source = await readBundledRecipe(folder);
  if (source === undefined) {
    throw new RadliteError("BAD_INPUT", `${folder} holds no recipe: what it was made by is not known.`);
  }
  const recipe = parseRecipe(source, `the recipe of ${folder}`);
  const { train, validation } = await loadTrainingData(dataFolder, recipe);
  if (digestImages(train.images) !== facts.trainedOn.images) {
    throw new RadliteError(
      "BAD_INPUT",
      `${folder} was trained on ${facts.trainedOn.count} other images than the ${train.images.length} of ${dataFolder}: give the folder that it was trained on.`,
    );
  }

  const { networkBytes } = open(await readBundledArtifact(folder));
  const { artifact, evaluations } = await judgeFrozen(networkBytes, {
    recipe,
    data: { validation },
    dataFolder,
  });
  const sha256 = digestOf(artifact);
  const resealed = {
    ...facts,
    sha256,
    sizeBytes: artifact.length,
    tags: { ...facts.tags, ...tags },
    ...(parent === undefined ? {} : { parent }),
  };
  await removeEvaluations(folder); // on other sets, too: they are of the file as it was
  await writeBundle(folder, { facts: resealed, bytes: artifact, evaluations });
  for (const evaluation of evaluations) {
    yield `${folder}: ${summariseReport(reportEvaluation(evaluation, artifact.length))}`;
  }
  return sha256;
}
