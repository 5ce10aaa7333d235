/**
 * One execution of a recipe: data, fit, freeze, compress, seal, judge, and a bundle of what came of it. The
 * artifact is a function of recipe and images alone, so that a run that was killed and goes on from where it was, in
 * its fit or in a stage, writes the same bytes. One that is finished is not done again.
 */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { encodeNetwork } from "@radlite/model/format";
import { digestImages, digestOf } from "@radlite/registry/bundle";
import { buildArchitecture } from "../architectures/families.ts";
import { countValues, type Graph, learns } from "../architectures/graph.ts";
import { applyStages } from "../compression/chain.ts";
import { openStageFolder } from "../compression/stage-folder.ts";
import {
  CLASSES,
  listRadiographs,
  loadTrainingData,
  openBatchSource,
  type TrainingData,
} from "../data/index.ts";
import { loadTeachers, type Teacher } from "../distillation/teachers.ts";
import { openTeaching, type Teaching } from "../distillation/teaching.ts";
import { BACKEND } from "../fit/tensorflow.ts";
import { freezeGraph } from "../freeze/freeze.ts";
import { digestRecipe, type LoadedRecipe, type Recipe, toInputRecipe } from "../recipes/index.ts";
import { fitPhases } from "../transfer/phases.ts";
import { type PretrainedStart, startFromWeights } from "../weights/start.ts";
import { bundleRun } from "./bundle.ts";
import { toFitData, toLoss } from "./fit-data.ts";
import { learnsFromItself, trainGenerations } from "./generations.ts";
import { judgeNetwork } from "./judging.ts";
import { holdOutFolder, makeOutFolder } from "./out-folder.ts";
import { isFinished, markBegun, markFinished, requireNoStoppedRun } from "./run-state.ts";
import type { TrainOptions } from "./train-options.ts";
import { locateWeights, type WeightsLocation } from "./weights-location.ts";

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
  const teachers = await findTeachers(recipe, options.teachers);
  note(`running on ${BACKEND}`);
  const built = buildArchitecture(recipe.architecture, toInputRecipe(recipe.input), [...CLASSES]);
  const pretrained = await loadPretrained(built, recipe, options.weights);
  if (pretrained) note(describePretrained(pretrained, recipe));
  const loadedData = await loadTrainingData(dataFolder, recipe, {
    signal,
    onProgress: (done, total) => onProgress?.({ kind: "data", done, total }),
  });
  for (const line of describeData(loadedData)) note(line);
  const identify = (one: Recipe) => identifyFit(one, loadedData, teachers, pretrained);
  const identity = await identifyRun(loaded, identify(recipe), dataFolder);
  if (resume && (await isFinished(outFolder, identity))) {
    note("it is finished already");
    return { bundle: outFolder };
  }
  const source = await openBatchSource(loadedData.train, recipe);
  let teaching: Teaching | undefined;
  try {
    const graph = pretrained?.graph ?? built;
    teaching = await openTeaching(recipe, teachers, { train: loadedData.train, source, graph });
    const data = toFitData(loadedData, source, teaching, { train: loadedData.train, groups: recipe.groups });
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
    await teaching?.close();
    await source.close();
  }
}

/** What fitting depends on: a recipe that differs in its stages or threshold alone may go on from its checkpoint. */
function identifyFit(
  recipe: Recipe,
  { train, validation }: TrainingData,
  teachers: readonly Teacher[],
  pretrained: PretrainedStart | undefined,
): string {
  const { review: _, ...rest } = recipe; // of what comes after the fit, as threshold and stages are
  const fitted: Recipe = { ...rest, name: "", model: "", threshold: { kind: "half" }, stages: [] };
  const images = [digestImages(train.images), digestImages(validation.images)];
  const sources = [...teachers, ...(pretrained ? [pretrained] : [])].map(({ sha256 }) => sha256);
  return [digestRecipe(fitted), ...images, ...sources].join(" ");
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

/** `undefined` for a recipe that starts from scratch. */
async function loadPretrained(
  graph: Graph,
  recipe: Recipe,
  location: WeightsLocation = {},
): Promise<PretrainedStart | undefined> {
  const path = await locateWeights(recipe, location);
  if (path === undefined || !recipe.initial) return undefined;
  return startFromWeights(graph, path, recipe.initial, recipe.fit.seed);
}

function describePretrained({ report, graph }: PretrainedStart, { initial }: Recipe): string {
  const { loaded, missing, unused } = report;
  const learning = graph.tensors.filter(learns).reduce((sum, spec) => sum + countValues(spec), 0);
  const list = (what: string, layers: readonly string[]) =>
    layers.length > 0 ? [`${what}: ${layers.join(", ")}`] : [];
  return [
    `${initial!.weights}: ${loaded.length} layers loaded`,
    ...list("not in the file", missing),
    ...list("of no use", unused),
    `${learning} weights learn`,
  ].join("; ");
}

async function findTeachers(recipe: Recipe, given?: readonly Teacher[]): Promise<readonly Teacher[]> {
  if (recipe.distil) return given ?? loadTeachers(recipe.distil.teacher);
  if (!given) return [];
  throw new RadliteError(
    "BAD_INPUT",
    `Recipe ${recipe.name} learns from no teacher: add a section distil to it, or leave out the teacher.`,
  );
}

function describeData({ report }: TrainingData): string[] {
  const { train, validation, patients, unknownPatients, duplicates, disputed, unreadable } = report;
  return [
    `training on ${train[0]} NORMAL and ${train[1]} PNEUMONIA, validating on ${validation[0]} and ${validation[1]}, of ${patients} patients`,
    ...(unknownPatients > 0
      ? [`${unknownPatients} images name no patient: each counts as one of its own`]
      : []),
    ...(duplicates.length > 0
      ? [`${duplicates.length} groups of files with the same bytes, such as ${duplicates[0]!.join(" = ")}`]
      : []),
    ...(disputed.length > 0
      ? [
          `of these under both labels: ${disputed.length}, such as ${disputed[0]!.join(" = ")}; radlite data check lists them`,
        ]
      : []),
    ...unreadable.map(({ file, reason }) => `left out ${file}: ${reason}`),
  ];
}
