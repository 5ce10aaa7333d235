/**
 * What a gate is fitted to, made once from a folder's radiographs: each as it is and in one harmless view, every third
 * in all changes that are none, and made pictures. All that is drawn follows from the radiograph's place in the order of
 * digests, so the same folder gives the same bytes.
 */
import type { GatePicture } from "@radlite/model/verdict/gate";
import { augment, drawChanges } from "../data/augment/index.ts";
import { drawPermutation, type PixelSet, seedRandom } from "../data/index.ts";
import type { AugmentRecipe } from "../recipes/recipe.ts";
import { CHANGE_NAMES, CHANGES, type ChangeName } from "./changes.ts";
import { MADE, MADE_KINDS, type MadeKind } from "./made.ts";
import { readSource, SOURCE_SIDE, see, seeTrimmed } from "./pictures.ts";

/** Patients are dealt to this many parts; each is judged by a gate that was fitted to the others. */
export const FOLDS = 5;

/** How else the same radiograph might have been taken. */
const VIEW: AugmentRecipe = {
  shift: 0.06,
  zoom: 0.13,
  rotate: 7,
  aspect: 0.22,
  gamma: 0.65,
  scale: { down: 1, up: 1 },
  blur: 0,
  noise: 0,
  erase: 0,
  jpegQuality: 100,
  chance: 0,
};
/** One in so many radiographs is changed in every way. */
const CHANGED_EVERY = 3;
const MADE_OF_EACH = 500;

// Names of the independent random streams.
const [VIEWS, FRAMES, CHANGED, MADE_STREAM, DEALT] = [1, 2, 3, 4, 5];

export interface Sample {
  originals: GatePicture[];
  views: GatePicture[];
  /** The fold of each original's patient, 0 to 4. */
  folds: Uint8Array;
  /** `of` is the original's row. */
  changed: { name: ChangeName; of: number; picture: GatePicture }[];
  made: { kind: MadeKind; picture: GatePicture }[];
}

export interface SampleOptions {
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

export async function makeSample(
  pixels: PixelSet,
  { signal, onProgress }: SampleOptions = {},
): Promise<Sample> {
  const count = pixels.images.length;
  const folds = dealPatients(pixels.images.map(({ patient }) => patient));
  const sample: Sample = { originals: [], views: [], folds, changed: [], made: makePictures() };
  for (let row = 0; row < count; row++) {
    signal?.throwIfAborted();
    const source = readSource(pixels, row);
    const random = seedRandom(VIEWS, row);
    const changes = drawChanges(VIEW, random, seedRandom(FRAMES, row));
    sample.originals.push(seeTrimmed(source));
    sample.views.push(see(augment(source, changes, SOURCE_SIDE, random)));
    if (row % CHANGED_EVERY === 0) {
      const mate = readSource(pixels, findMate(folds, row));
      CHANGE_NAMES.forEach((name, at) => {
        const picture = see(CHANGES[name].change(source, seedRandom(CHANGED, row, at), mate));
        sample.changed.push({ name, of: row, picture });
      });
    }
    onProgress?.(row + 1, count);
    if (row % 64 === 0) await new Promise(setImmediate); // signals and the progress bar have a turn
  }
  return sample;
}

/** The next radiograph of the same fold, so that no fold sees another's. */
function findMate(folds: Uint8Array, row: number): number {
  for (let step = 1; ; step++) {
    const mate = (row + step) % folds.length;
    if (folds[mate] === folds[row]) return mate; // the row itself at the latest
  }
}

/** The fold of each radiograph: a patient's are all in one. */
export function dealPatients(patients: readonly string[]): Uint8Array {
  const unique = [...new Set(patients)].sort();
  const order = drawPermutation(seedRandom(DEALT), unique.length);
  const foldOf = new Map(unique.map((patient, at) => [patient, order[at]! % FOLDS]));
  return Uint8Array.from(patients, (patient) => foldOf.get(patient)!);
}

function makePictures(): Sample["made"] {
  return MADE_KINDS.flatMap((kind, at) =>
    Array.from({ length: MADE_OF_EACH }, (_, index) => ({
      kind,
      picture: see(MADE[kind](seedRandom(MADE_STREAM, at, index))),
    })),
  );
}
