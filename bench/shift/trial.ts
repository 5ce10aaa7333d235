/**
 * One variant, trained and judged once: a fifth of each class is set aside, against a property or at random; of
 * the rest a tenth of the patients decides on epoch and threshold, as in any training. Logits are kept, so that
 * ensembles and threshold rules can be judged without training again.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildArchitecture } from "../../training/architectures/families.ts";
import {
  CLASSES,
  type InputSet,
  listRadiographs,
  loadInputs,
  loadPixels,
  measureProperty,
  openBatchSource,
  type PixelSet,
  splitAgainst,
  splitValidation,
} from "../../training/data/index.ts";
import { seedRandom } from "../../training/data/random.ts";
import { changeInputs } from "../../training/evaluation/stress.ts";
import type { Batch, FitData } from "../../training/fit/batches.ts";
import { fitGraph } from "../../training/fit/fit.ts";
import { computeLogits } from "../../training/fit/validate.ts";
import { type Recipe, toInputRecipe } from "../../training/recipes/index.ts";
import type { Property } from "../../training/recipes/properties.ts";
import { balanceRows, mixBatch, sharpenPicture } from "./batches.ts";
import { STRESSES, type Stress } from "./stress.ts";
import type { Variant } from "./variants.ts";

export type Split = "patients" | Property;

export interface Trial {
  variant: string;
  split: Split;
  seed: number;
  seconds: number;
  /** The ordinary validation, and the part that was set aside. */
  inner: Scored;
  judged: Scored;
  /** The ordinary validation, changed. */
  stressed: Record<Stress, Scored>;
}

export interface Scored {
  labels: number[];
  logits: number[];
}

const FRACTION = 0.2;
const INNER = { fraction: 0.1, seed: 1 };

export async function runTrial(
  variant: Variant,
  base: Recipe,
  { split, seed, folder }: { split: Split; seed: number; folder: string },
): Promise<Trial> {
  const started = Date.now();
  const recipe = variant.change?.(base) ?? base;
  const input = toInputRecipe(recipe.input);
  const { images } = await listRadiographs(folder, "train");
  const outer =
    split === "patients"
      ? splitValidation(images, { fraction: FRACTION, seed: 1 })
      : splitAgainst(images, await measureProperty(images, split), FRACTION);
  const rest = splitValidation(outer.train, INNER);
  const judged = prepareSet(variant, await loadInputs(outer.validation, input));
  const inner = prepareSet(variant, await loadInputs(rest.validation, input));
  const pixels = await loadPixels(rest.train, input);
  const train = variant.balance ? balanceRows(pixels, await measureProperty(pixels.images, "bytes")) : pixels;

  const source = await openBatchSource(train, { ...recipe, fit: { ...recipe.fit, seed } });
  const checkpointFolder = await mkdtemp(join(tmpdir(), "radlite-shift-"));
  try {
    const graph = buildArchitecture(recipe.architecture, input, [...CLASSES]);
    const data: FitData = {
      steps: source.stepsPerEpoch,
      counts: countClasses(train),
      async batch(epoch, step) {
        return changeBatch(variant, recipe, await source.batch(epoch, step), [seed, epoch, step]);
      },
      validation: inner,
    };
    const checkpoint = { path: join(checkpointFolder, "checkpoint.bin"), fingerprint: "", resume: false };
    const { values } = await fitGraph(graph, data, { ...recipe.fit, seed }, { checkpoint });
    const innerPixels = await loadPixels(rest.validation, input);
    const score = (set: Pick<InputSet, "labels" | "inputs">) => ({
      labels: [...set.labels],
      logits: Array.from(computeLogits(graph, values, set), (logit) => Number(logit.toFixed(4))),
    });
    const stressed = Object.fromEntries(
      (Object.keys(STRESSES) as Stress[]).map((stress) => {
        return [
          stress,
          score(prepareSet(variant, { ...innerPixels, inputs: changeInputs(innerPixels, STRESSES[stress]) })),
        ];
      }),
    ) as Trial["stressed"];
    const seconds = Math.round((Date.now() - started) / 1000);
    const name = variant.name;
    return { variant: name, split, seed, seconds, inner: score(inner), judged: score(judged), stressed };
  } finally {
    await source.close();
    await rm(checkpointFolder, { recursive: true });
  }
}

type Inputs = Pick<InputSet, "input" | "inputs" | "labels">;

function prepareSet<Set extends Inputs>({ prepare }: Variant, set: Set): Set {
  if (prepare) eachPicture(set.inputs, set.labels.length, (picture) => prepare(picture, set.input.width));
  return set;
}

function changeBatch(
  { prepare, sharpen, mixup }: Variant,
  { input, fit }: Recipe,
  batch: Batch,
  names: number[],
): Batch {
  const random = seedRandom(...names, 3);
  eachPicture(batch.inputs, batch.labels.length, (picture) => {
    if (sharpen) sharpenPicture(picture, input.size, sharpen, random);
    prepare?.(picture, input.size);
  });
  return mixup ? mixBatch(batch, mixup, fit.labelSmoothing, random) : batch;
}

function eachPicture(inputs: Float32Array, count: number, visit: (picture: Float32Array) => void): void {
  const length = inputs.length / count;
  for (let at = 0; at < count; at++) visit(inputs.subarray(at * length, (at + 1) * length));
}

function countClasses({ labels }: PixelSet): [number, number] {
  const pneumonia = labels.reduce((sum, label) => sum + label, 0);
  return [labels.length - pneumonia, pneumonia];
}
