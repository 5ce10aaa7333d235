/**
 * The radiographs that a version was validated on, found again in a data folder by their bytes: so that `stress` is
 * made of the very images of its evaluation on validation, whatever split its recipe asked for.
 */
import { RadliteError } from "@radlite/model/errors";
import type { InputRecipe } from "@radlite/model/format";
import { VALIDATION } from "@radlite/registry/bundle";
import {
  type DecodeOptions,
  listRadiographs,
  loadPixels,
  type PixelSet,
  type Radiograph,
} from "../data/index.ts";

/** Of an evaluation, which radiographs it was on. */
export interface ImagesOfEvaluation {
  set: string;
  cases: readonly { sha256: string }[];
}

/** As training holds them, for that input recipe. Errors: those of `findValidated`. */
export async function loadValidated(
  folder: string,
  evaluations: readonly ImagesOfEvaluation[],
  input: InputRecipe,
  options?: DecodeOptions,
): Promise<PixelSet> {
  return loadPixels(await findValidated(folder, evaluations), input, options);
}

/**
 * In the order of their cases.
 * @throws BAD_INPUT where the folder lacks some of them, or there is no evaluation on validation to go by.
 */
export async function findValidated(
  folder: string,
  evaluations: readonly ImagesOfEvaluation[],
): Promise<Radiograph[]> {
  const validation = evaluations.find(({ set }) => set === VALIDATION);
  if (!validation) {
    throw new RadliteError(
      "BAD_INPUT",
      "this asks for the radiographs that the model was validated on, and it comes with no evaluation on validation: name its bundle or version",
    );
  }
  const { images } = await listRadiographs(folder, "train");
  const known = new Map(images.map((image) => [image.sha256, image]));
  const found = validation.cases.flatMap(({ sha256 }) => known.get(sha256) ?? []);
  const missing = validation.cases.length - found.length;
  if (missing > 0) {
    throw new RadliteError(
      "BAD_INPUT",
      `${folder} lacks ${missing} of the ${validation.cases.length} radiographs that the model was validated on: give the folder that it was trained on`,
    );
  }
  return found;
}
