/** What a fit is made of: images, teachers, pretrained weights and the network of a recipe, read and opened. */
import { RadliteError } from "@radlite/model/errors";
import { digestImages } from "@radlite/registry/bundle";
import { buildArchitecture } from "../architectures/families.ts";
import { countValues, type Graph, learns } from "../architectures/graph.ts";
import { CLASSES, loadTrainingData, openBatchSource, type TrainingData } from "../data/index.ts";
import { loadTeachers, type Teacher } from "../distillation/teachers.ts";
import { openTeaching, type Teaching } from "../distillation/teaching.ts";
import type { FitData } from "../fit/batches.ts";
import type { FitResult } from "../fit/fit.ts";
import { BACKEND } from "../fit/tensorflow.ts";
import { digestRecipe, type Recipe, toInputRecipe } from "../recipes/index.ts";
import { fitPhases } from "../transfer/phases.ts";
import { type PretrainedStart, startFromWeights } from "../weights/start.ts";
import { toFitData } from "./fit-data.ts";
import { holdOutFolder, makeOutFolder } from "./out-folder.ts";
import type { TrainOptions } from "./train-options.ts";
import { locateWeights, type WeightsLocation } from "./weights-location.ts";

export interface LoadedFit {
  teachers: readonly Teacher[];
  /** As the recipe describes it. */
  built: Graph;
  pretrained: PretrainedStart | undefined;
  loadedData: TrainingData;
  /** What fitting depends on: a recipe that differs in its stages or threshold alone may go on from its checkpoint. */
  identify(recipe: Recipe): string;
}

export interface OpenedFit {
  graph: Graph;
  data: FitData;
  close(): Promise<void>;
}

/** Errors: BAD_INPUT (data, teachers, weights), NOT_FOUND (a teacher, weights); the signal's reason. */
export async function loadFit(
  recipe: Recipe,
  { dataFolder, teachers: given, weights, signal, onProgress }: Omit<TrainOptions, "recipe" | "outFolder">,
): Promise<LoadedFit> {
  const note = (text: string) => onProgress?.({ kind: "note", text });
  const teachers = await findTeachers(recipe, given);
  note(`running on ${BACKEND}`);
  const built = buildArchitecture(recipe.architecture, toInputRecipe(recipe.input), [...CLASSES]);
  const pretrained = await loadPretrained(built, recipe, weights);
  if (pretrained) note(describePretrained(pretrained, recipe));
  const loadedData = await loadTrainingData(dataFolder, recipe, {
    signal,
    onProgress: (done, total) => onProgress?.({ kind: "data", done, total }),
  });
  for (const line of describeData(loadedData)) note(line);
  const identify = (one: Recipe) => identifyFit(one, loadedData, teachers, pretrained);
  return { teachers, built, pretrained, loadedData, identify };
}

/**
 * Fits a network and leaves nothing but its checkpoint: neither sealed nor judged but on validation. Errors: as
 * `trainRecipe`.
 */
export function fitRecipe(recipe: Recipe, options: Omit<TrainOptions, "recipe">): Promise<FitResult> {
  const { outFolder, resume = false, signal, onProgress } = options;
  return holdOutFolder(outFolder, async () => {
    await makeOutFolder(outFolder);
    const loaded = await loadFit(recipe, options);
    const { graph, data, close } = await openFit(recipe, loaded);
    const phases = { folder: outFolder, identify: loaded.identify, resume, signal, onProgress };
    return fitPhases(graph, loaded.pretrained, data, recipe, phases).finally(close);
  });
}

/** Its batches are made in threads until it is closed. */
export async function openFit(
  recipe: Recipe,
  { teachers, built, pretrained, loadedData }: LoadedFit,
): Promise<OpenedFit> {
  const { train } = loadedData;
  const source = await openBatchSource(train, recipe);
  let teaching: Teaching | undefined;
  const close = async () => {
    await teaching?.close();
    await source.close();
  };
  try {
    const graph = pretrained?.graph ?? built;
    teaching = await openTeaching(recipe, teachers, { train, source, graph });
    return { graph, data: toFitData(loadedData, source, teaching, { train, groups: recipe.groups }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

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

/** Reads the weights that a recipe starts from as its run will, and keeps nothing. Errors: as `loadFit` for weights. */
export async function checkWeights(recipe: Recipe, location: WeightsLocation): Promise<void> {
  const built = buildArchitecture(recipe.architecture, toInputRecipe(recipe.input), [...CLASSES]);
  await loadPretrained(built, recipe, location);
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
