/**
 * A class for one student: batches with its teachers' answers, as the recipe's section `distil` asks. What is
 * the same for student and teacher, the input above all, is made once.
 */
import { isDeepStrictEqual } from "node:util";
import { RadliteError } from "@radlite/model/errors";
import type { InputRecipe } from "@radlite/model/format";
import { digestImages, digestOf } from "@radlite/registry/bundle";
import type { Graph } from "../architectures/graph.ts";
import {
  type BatchSource,
  findCacheFolder,
  loadPixels,
  openBatchSource,
  type PixelSet,
} from "../data/index.ts";
import type { Batch, FitData } from "../fit/batches.ts";
import { BACKEND } from "../fit/tensorflow.ts";
import { type Recipe, UNAUGMENTED } from "../recipes/index.ts";
import { askTeachers, rememberAnswers, type Seat } from "./answers.ts";
import { openHints } from "./hints.ts";
import type { Teacher } from "./teachers.ts";

export interface Teaching {
  /** The student's batch with the answers to it. */
  batch(epoch: number, step: number): Promise<Batch>;
  /** The hints of the first teacher, for a student whose values follow it. */
  hints?: FitData["hints"];
  close(): Promise<void>;
}

/**
 * `source`: of the student, over `train`; it stays open. `graph`: the student, where it is there to get hints.
 * `undefined` for a recipe without teachers. Errors: BAD_INPUT (an image that only one of them reads, a hint from or
 * to a layer that there is not).
 */
export async function openTeaching(
  recipe: Recipe,
  teachers: readonly Teacher[],
  { train, source, graph }: { train: PixelSet; source: BatchSource; graph?: Graph },
): Promise<Teaching | undefined> {
  if (!recipe.distil) return undefined;
  const { temperature, weight, hints = [], sees = "same" } = recipe.distil;
  const opened: View[] = [openView(train.input, source)];
  const shown = sees === "plain" ? showPlain(recipe) : recipe;
  const seats: Seat[] = [];
  for (const teacher of teachers) {
    const { input } = teacher.network;
    const candidates = sees === "plain" ? opened.slice(1) : opened; // the first is the student's
    let view = candidates.find((one) => isDeepStrictEqual(one.input, input));
    if (!view) {
      const pixels = await loadPixels(train.images, input);
      requireSameImages(train, pixels);
      if (train.groups) pixels.groups = train.groups;
      view = openView(input, await openBatchSource(pixels, shown));
      opened.push(view);
    }
    seats.push({ teacher, batch: view.batch });
  }

  const { augment, fit, groups } = recipe;
  const answers = rememberAnswers(askTeachers(seats), {
    folder: findCacheFolder("teachers"),
    identity: {
      teachers: teachers.map(({ sha256 }) => sha256),
      images: digestImages(train.images),
      augment,
      ...(groups ? { groups } : {}),
      ...(sees === "plain" ? { sees } : {}),
      batch: fit.batch,
      seed: fit.seed,
      backend: BACKEND,
      probes: await Promise.all(opened.map(probe)),
    },
    stepsPerEpoch: source.stepsPerEpoch,
  });
  const hinting = graph && openHints(hints, graph, seats[0]!);
  return {
    ...(hinting ? { hints: hinting } : {}),
    async batch(epoch, step) {
      const batch = await opened[0]!.batch(epoch, step);
      return { ...batch, teacher: { logits: await answers(epoch, step), temperature, weight } };
    },
    async close() {
      for (const view of opened.slice(1)) await view.source.close();
    },
  };
}

/** The same images in the same order, none of them changed. */
function showPlain({ groups, ...recipe }: Recipe): Recipe {
  const { balance } = groups ?? {};
  return { ...recipe, augment: UNAUGMENTED, ...(balance ? { groups: { balance } } : {}) };
}

interface View {
  input: InputRecipe;
  source: BatchSource;
  /** The latest batch is made once, however many ask for it. */
  batch(epoch: number, step: number): Promise<Batch>;
}

function openView(input: InputRecipe, source: BatchSource): View {
  let latest: { epoch: number; step: number; made: Promise<Batch> } | undefined;
  return {
    input,
    source,
    batch(epoch, step) {
      if (latest?.epoch !== epoch || latest.step !== step)
        latest = { epoch, step, made: source.batch(epoch, step) };
      return latest.made;
    },
  };
}

/** Changes when the making of batches does. */
async function probe({ batch }: View): Promise<string> {
  const { inputs } = await batch(0, 0);
  return digestOf(new Uint8Array(inputs.buffer, inputs.byteOffset, inputs.byteLength));
}

function requireSameImages(train: PixelSet, pixels: PixelSet): void {
  if (digestImages(train.images) === digestImages(pixels.images)) return;
  throw new RadliteError(
    "BAD_INPUT",
    `Of ${train.images.length} training images ${pixels.images.length} can be read at the teacher's size of ${pixels.input.width} pixels: remove the others from the data folder.`,
  );
}
