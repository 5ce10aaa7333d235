/**
 * The stages of a recipe on a model that is there already, in place of one that is trained for it. A stage takes
 * a frozen network from training too, so the same model comes of it, to the bit. The finished bundle takes the
 * place of the out folder in one step; until then that stays as it was, whatever fails.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { type Network, open } from "@radlite/model/format";
import {
  digestImages,
  digestOf,
  findFacts,
  PARENT_FOLDER,
  readBundledEvaluation,
  TEST,
  writeBundle,
} from "@radlite/registry/bundle";
import { applyStages } from "../compression/chain.ts";
import { checkArchitecture } from "../compression/fitting-architecture.ts";
import { pinRecipe } from "../compression/pin-layers.ts";
import { openStageFolder } from "../compression/stage-folder.ts";
import { loadTrainingData, openBatchSource, type TrainingData } from "../data/index.ts";
import { loadTeachers, openTeacher, type Teacher } from "../distillation/teachers.ts";
import { openTeaching, type Teaching } from "../distillation/teaching.ts";
import { reportEvaluation, summariseReport } from "../evaluation/index.ts";
import type { OnProgress } from "../fit/progress.ts";
import { BACKEND } from "../fit/tensorflow.ts";
import { digestRecipe, type LoadedRecipe, type Recipe, type StageRecipe } from "../recipes/index.ts";
import { bundleRun, type FinishedVersion, type RunFacts } from "./bundle.ts";
import { toFitData, toLoss } from "./fit-data.ts";
import { learnsFromItself } from "./generations.ts";
import { judgeNetwork } from "./judging.ts";
import { holdOutFolder, openOutFolder } from "./out-folder.ts";
import { recodeModel } from "./recode.ts";
import type { StartModel } from "./start-model.ts";

export interface CompressOptions {
  model: StartModel;
  recipe: LoadedRecipe;
  /** As in training. Without it no value may change. */
  dataFolder?: string;
  /** Takes the bundle; the network after each stage lies beside it meanwhile. */
  outFolder: string;
  /** Layers that no stage may cut, beside those that the recipe pins. */
  pinned?: readonly number[];
  /** Points of validation AUC that all stages together may lose. */
  maxDrop?: number;
  /** Go on from where a run was stopped. */
  resume?: boolean;
  /** Begin anew, whatever was stopped there. */
  fresh?: boolean;
  signal?: AbortSignal;
  /** Awaited once nothing that lies in `outFolder` refuses the run. */
  onStart?: () => Promise<void>;
  onProgress?: OnProgress;
}

/**
 * The folder of the finished bundle. Errors: BAD_ARTIFACT (no model file); BAD_INPUT (a recipe without stages or
 * for another architecture, data that the model was not trained on, ranks, pins); REFUSED (a budget); CONFLICT (an
 * out folder that holds something else, a run under way there); NOT_FOUND (a teacher); the signal's reason once it is aborted.
 */
export async function compressModel(options: CompressOptions): Promise<{ bundle: string }> {
  const { model, pinned = [], outFolder } = options;
  const { recipe } = options.recipe;
  if (recipe.stages.length === 0) {
    throw new RadliteError("BAD_INPUT", `Recipe ${recipe.name} has no stages: there is nothing to do.`);
  }
  const { network } = open(model.bytes, model.name);
  checkArchitecture(network, recipe, model.name);
  const loaded = pinRecipe(options.recipe, pinned);
  return holdOutFolder(outFolder, () => compressAlone(network, { ...options, recipe: loaded }));
}

/** While no other process makes a bundle in its folder; the recipe leaves alone what is pinned. */
async function compressAlone(network: Network, options: CompressOptions): Promise<{ bundle: string }> {
  const { model, recipe: loaded, dataFolder, outFolder, resume, fresh } = options;
  const { stages } = loaded.recipe;
  const out = await openOutFolder(outFolder, { resume, fresh });
  await options.onStart?.();
  if (resume && (await isMadeOf(outFolder, options))) {
    options.onProgress?.({ kind: "note", text: "it is finished already" });
    return { bundle: outFolder };
  }
  const { finished, ...rest } =
    dataFolder === undefined
      ? await recodeModel(model, stages)
      : await compressOnData(network, stages, { ...options, dataFolder, progressFolder: out.progress });
  const { stages: before = [], teacher, teachers, trainedOn } = model.facts ?? {};
  const origin = { sha256: digestOf(model.bytes), stages: before, teacher, teachers, trainedOn };
  await out.replace(async (folder) => {
    await bundleRun(folder, finished, { loaded, origin, ...rest });
    if (model.facts) await writeBundle(join(folder, PARENT_FOLDER), { ...model, facts: model.facts });
  });
  return { bundle: outFolder };
}

/** Whether the folder holds the finished bundle of just this, judged on all that there is. */
async function isMadeOf(folder: string, { model, recipe, dataFolder }: CompressOptions): Promise<boolean> {
  const facts = await findFacts(folder);
  const isSame =
    facts?.parent === digestOf(model.bytes) &&
    facts.recipe.digest === digestOf(recipe.source) &&
    facts.seed === recipe.recipe.fit.seed;
  if (!isSame) return false;
  const isTested = (await readBundledEvaluation(folder, TEST)) !== undefined;
  return isTested || dataFolder === undefined || !existsSync(join(dataFolder, "test"));
}

type OnData = CompressOptions & { dataFolder: string; progressFolder: string };

async function compressOnData(
  network: Network,
  stages: readonly StageRecipe[],
  options: OnData,
): Promise<{ finished: FinishedVersion } & Pick<RunFacts, "data" | "teachers" | "backend">> {
  const { model, recipe: loaded, dataFolder, maxDrop, progressFolder, signal, onProgress } = options;
  const { recipe } = loaded;
  const note = (text: string) => onProgress?.({ kind: "note", text });
  note(`running on ${BACKEND}`);
  for (const evaluation of model.evaluations) {
    note(`${model.name}: ${summariseReport(reportEvaluation(evaluation, model.bytes.length))}`);
  }
  const data = await loadTrainingData(dataFolder, recipe, {
    signal,
    onProgress: (done, total) => onProgress?.({ kind: "data", done, total }),
  });
  checkImages(model, data, dataFolder, note);
  const teachers = await findTeachers(recipe, model);
  const identity = identifyStart(model, recipe, data, teachers);
  const source = await openBatchSource(data.train, recipe);
  let teaching: Teaching | undefined;
  try {
    teaching = await openTeaching(recipe, teachers, { train: data.train, source });
    const fitData = toFitData(data, source, teaching);
    const reached = await applyStages(network, stages, fitData, {
      loss: toLoss(recipe, fitData),
      folder: await openStageFolder(progressFolder, identity, stages),
      ...{ maxDrop, signal, onProgress },
    });
    note("judging the encoded file");
    const judging = { recipe, data, dataFolder, signal, onProgress };
    return { finished: await judgeNetwork(reached, judging), data, teachers, backend: BACKEND };
  } finally {
    await teaching?.close();
    await source.close();
  }
}

/** Where a recipe's networks learn from each other, the model is the latest of them. */
async function findTeachers(recipe: Recipe, { bytes, name }: StartModel): Promise<readonly Teacher[]> {
  if (!recipe.distil) return [];
  return learnsFromItself(recipe) ? [openTeacher(bytes, name)] : loadTeachers(recipe.distil.teacher);
}

/** On images that a network has learnt from it looks better than it is. */
function checkImages(
  { name, facts }: StartModel,
  { train }: TrainingData,
  dataFolder: string,
  note: (text: string) => void,
): void {
  if (!facts) {
    note(`nothing is known of what ${name} was trained on: figures hold if it never saw the validation part`);
    return;
  }
  if (facts.trainedOn.images === digestImages(train.images)) return;
  throw new RadliteError(
    "BAD_INPUT",
    `${name} was trained on ${facts.trainedOn.count} other images than the ${train.images.length} that the recipe takes from ${dataFolder}, perhaps on some that it validates on. Give the folder that it was trained on, and a recipe with the same section validation.`,
  );
}

/** What the first stage starts from: a compression of anything else starts anew. */
function identifyStart(
  { bytes }: StartModel,
  recipe: Recipe,
  { train, validation }: TrainingData,
  teachers: readonly Teacher[],
): string[] {
  const { review: _, ...rest } = recipe;
  const common: Recipe = { ...rest, name: "", model: "", threshold: { kind: "half" }, stages: [] };
  const images = [digestImages(train.images), digestImages(validation.images)];
  return [digestOf(bytes), digestRecipe(common), ...images, ...teachers.map(({ sha256 }) => sha256)];
}
