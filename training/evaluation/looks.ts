/**
 * The evaluation set `looks`: the validation radiographs, all of them in the look of each group of radiographs that
 * were taken alike. A look says nothing of whom it shows, so a network should not care; one that has learnt that a
 * look foretells a class calls the other class by it. Real radiographs of that kind are few, 34 NORMAL in the group
 * that misleads most; here every one is tried in every look. The worst look decides: `lowestSensitivity` and
 * `lowestSpecificity` of the set.
 *
 * A look is lent by the most typical images of its group among those that the network may have been trained on, and is
 * put on as training does it (`retone`: grey levels, and the size of fine detail).
 */
import { RadliteError } from "@radlite/model/errors";
import { normalise } from "@radlite/model/input";
import { digestOf, type Evaluation, encodeJson, LOOKS } from "@radlite/registry/bundle";
import { augment, retone, UNCHANGED } from "../data/augment/index.ts";
import { measureTraits } from "../data/check/traits.ts";
import { groupLooks } from "../data/groups/group-looks.ts";
import {
  type DecodeOptions,
  listRadiographs,
  loadPixels,
  type PixelSet,
  type Radiograph,
  seedRandom,
} from "../data/index.ts";
import { readPicture } from "../data/sets.ts";
import { evaluateChanged } from "./changed-set.ts";
import type { EvaluateOptions } from "./run.ts";

/** Images that lend a look, in turn, so that no single one decides. */
const LENDERS = 5;

export interface Look {
  /** `look-4` is group 4 of `radlite cross-fit`. */
  name: string;
  /** The images that lend it, the most typical first. */
  lenders: Radiograph[];
}

/**
 * The looks of a data folder, found without labels (ADR 109). `judged` lend none.
 * Errors: BAD_INPUT for a folder with too few images for two groups.
 */
export async function findLooks(
  folder: string,
  judged: readonly Pick<Radiograph, "sha256">[],
  options?: DecodeOptions,
): Promise<Look[]> {
  const listing = await listRadiographs(folder, "train");
  const { images, looks } = await measureTraits(listing.images, options);
  const { of, distances, middles } = groupLooks(looks);
  const left = new Set(judged.map(({ sha256 }) => sha256));
  const found = middles.map((_, group) => {
    const rows = [...images.keys()].filter((row) => of[row] === group && !left.has(images[row]!.sha256));
    rows.sort((a, b) => distances[a]! - distances[b]! || a - b);
    return { name: `look-${group + 1}`, lenders: rows.slice(0, LENDERS).map((row) => images[row]!) };
  });
  const lent = found.filter(({ lenders }) => lenders.length > 0);
  if (lent.length > 1) return lent;
  throw new RadliteError(
    "BAD_INPUT",
    `${listing.folder} has ${images.length} readable training images, too few to find groups that were taken alike: expected 40 and more`,
  );
}

/**
 * Sealed files of one input recipe on `pixels`, the validation radiographs as training holds them for it.
 * @returns one evaluation an artifact; probabilities are float32, as they are kept.
 */
export async function evaluateLooks(
  artifacts: readonly Uint8Array[],
  pixels: PixelSet,
  looks: readonly Look[],
  options: Pick<EvaluateOptions, "signal" | "onProgress"> & Pick<DecodeOptions, "cacheFolder"> = {},
): Promise<Evaluation[]> {
  const { cacheFolder, signal } = options;
  const lent = new Map<string, PixelSet>();
  for (const { name, lenders } of looks) {
    lent.set(name, await loadPixels(lenders, pixels.input, { cacheFolder, signal }));
  }
  const set = {
    ...{ set: LOOKS, changes: digestLooks(looks), names: looks.map(({ name }) => name) },
    change: (name: string) => putOn(pixels, lent.get(name)!),
  };
  return evaluateChanged(artifacts, pixels, set, options);
}

/** The inputs that serving would make of the pictures in another look: [n, height, width, channels]. */
function putOn(pixels: PixelSet, lent: PixelSet): Float32Array {
  const { input, labels } = pixels;
  const { width, height, channels, trim = false } = input;
  const length = width * height * channels;
  const inputs = new Float32Array(labels.length * length);
  const lenders = lent.images.map((_, row) => readPicture(lent, row));
  for (let row = 0; row < labels.length; row++) {
    const picture = retone(readPicture(pixels, row), lenders[row % lenders.length]!, 1);
    const seen = augment(picture, UNCHANGED, width, seedRandom(row), { trim }); // nothing is drawn
    inputs.set(normalise(seen, input), row * length);
  }
  return inputs;
}

/** By the images that lend each look: those of other data are another list. */
function digestLooks(looks: readonly Look[]): string {
  const list = looks.map(({ name, lenders }) => ({ name, lenders: lenders.map(({ sha256 }) => sha256) }));
  return digestOf(encodeJson({ looks: list, strength: 1 }));
}
