/**
 * One execution of a recipe: data, fit, freeze, compress, seal, judge, and a bundle of what came of it. The
 * artifact is a function of recipe and images alone, so that a run that was killed and goes on from where it was, in
 * its fit or in a stage, writes the same bytes. One that is finished is not done again.
 */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { encodeNetwork } from "@radlite/model/format";
import { digestImages, digestOf } from "@radlite/registry/bundle";
import { applyStages } from "../compression/chain.ts";
import { openStageFolder } from "../compression/stage-folder.ts";
import { listRadiographs } from "../data/index.ts";
import { BACKEND } from "../fit/tensorflow.ts";
import { freezeGraph } from "../freeze/freeze.ts";
import { digestRecipe, type LoadedRecipe } from "../recipes/index.ts";
import { fitPhases } from "../transfer/phases.ts";
import { bundleRun } from "./bundle.ts";
import { toLoss } from "./fit-data.ts";
import { learnsFromItself, trainGenerations } from "./generations.ts";
import { judgeNetwork } from "./judging.ts";
import { loadFit, openFit } from "./open-fit.ts";
import { holdOutFolder, makeOutFolder } from "./out-folder.ts";
import { isFinished, markBegun, markFinished, requireNoStoppedRun } from "./run-state.ts";
import type { TrainOptions } from "./train-options.ts";

export { openTeacher, type Teacher } from "../distillation/teachers.ts";
export { describeFigures, describeProgress } from "../fit/figures.ts";
export type { OnProgress, Progress } from "../fit/progress.ts";

/**
 * The folder of the finished bundle. Errors: BAD_INPUT (data, folders, teachers, weights), NOT_FOUND (a teacher,
 * weights), CONFLICT (a checkpoint or a folder of something else, a run under way there), UNAVAILABLE (no TensorFlow, no room); the
 * signal's reason once it is aborted.
 */
export function trainRecipe(options: TrainOptions): Promise<{ bundle: string }> {
  return holdOutFolder(options.outFolder, () => trainAlone(options));
}

/** While no other process makes a bundle in its folder. */
async function trainAlone(options: TrainOptions): Promise<{ bundle: string }> {
  const { outFolder, recipe, onStart } = options;
  await requireNoStoppedRun(outFolder, options);
  await makeOutFolder(outFolder);
  await onStart?.();
  const isLineage = !options.teachers && learnsFromItself(options.recipe.recipe);
  if (!isLineage) return trainOnce(options);
  const onBegin = () => markBegun(outFolder, recipe.recipe.name);
  return trainGenerations(options, (one) => trainOnce(one, onBegin));
}

/** `onBegin` is called once there is something to lose. */
async function trainOnce(options: TrainOptions, onBegin?: () => Promise<void>): Promise<{ bundle: string }> {
  const { recipe: loaded, dataFolder, outFolder, resume = false, signal, onProgress } = options;
  const { recipe } = loaded;
  const note = (text: string) => onProgress?.({ kind: "note", text });
  await makeOutFolder(outFolder); // and whatever else can be wrong is found before the images are read
  const toFit = await loadFit(recipe, options);
  const { identify, loadedData, teachers, pretrained } = toFit;
  const identity = await identifyRun(loaded, identify(recipe), dataFolder);
  if (resume && (await isFinished(outFolder, identity))) {
    note("it is finished already");
    return { bundle: outFolder };
  }
  const { graph, data, close } = await openFit(recipe, toFit);
  try {
    await onBegin?.();
    await markBegun(outFolder, recipe.name);
    const stageFolder = join(outFolder, "stages");
    if (!resume) await rm(stageFolder, { recursive: true, force: true });
    const phases = { folder: outFolder, identify, resume, signal, onProgress };
    const fitted = await fitPhases(graph, pretrained, data, recipe, phases);
    const epochs = recipe.fit.epochs + (recipe.initial?.unfreeze?.epochs ?? 0);
    note(`chose epoch ${fitted.epoch} of ${epochs}, validation AUC ${fitted.score.auc.toFixed(4)}`);

    const parent = freezeGraph(graph, fitted.values);
    const start = [identify(recipe), digestOf(encodeNetwork(parent))];
    const compressed = await applyStages(parent, recipe.stages, data, {
      loss: toLoss(recipe, data),
      folder: await openStageFolder(stageFolder, start, recipe.stages),
      ...{ signal, onProgress },
    });
    note("judging the encoded files");
    const judging = { recipe, data: loadedData, dataFolder, signal, onProgress };
    const isStaged = compressed.stages.length > 0;
    const float = isStaged ? await judgeNetwork({ network: parent, stages: [] }, judging) : undefined;
    const final = await judgeNetwork(compressed, judging);
    const facts = { loaded, data: loadedData, backend: BACKEND, teachers, pretrained };
    await bundleRun(outFolder, final, facts, float);
    await markFinished(outFolder, recipe.name, identity);
    await rm(stageFolder, { recursive: true, force: true });
    return { bundle: outFolder };
  } finally {
    await close();
  }
}

/** What the bundle follows from: the recipe to the letter, what fitting depends on, and the test set. */
async function identifyRun(
  { recipe, source }: LoadedRecipe,
  fit: string,
  dataFolder: string,
): Promise<string> {
  const testFolder = join(dataFolder, "test");
  const tested = existsSync(testFolder) ? (await listRadiographs(testFolder, "test")).images : [];
  return digestOf(JSON.stringify([source, digestRecipe(recipe), fit, digestImages(tested)]));
}
