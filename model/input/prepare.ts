/**
 * From a file's bytes to a network's input, the one way in: training, evaluation and serving all call this,
 * so a network meets the same numbers everywhere. Decode in full, grey, exact area average, normalise.
 */
import type { InputRecipe } from "@radlite/model/format";
import { decodeRadiograph } from "./decode.ts";
import type { ImageKind } from "./kind.ts";
import { normalise } from "./normalise.ts";
import { toGrey } from "./raster.ts";
import { resizeArea } from "./resize.ts";

export interface PreparedInput {
  tensor: Float32Array; // [height, width, channels] of the recipe
  kind: ImageKind;
  width: number; // of the upright original, in pixels
  height: number;
}

/**
 * The picture is squashed to the recipe's size, not cropped, as the training data was.
 * @throws BAD_INPUT as `decodeRadiograph` does.
 */
export async function prepareInput(bytes: Uint8Array, recipe: InputRecipe): Promise<PreparedInput> {
  const decoded = await decodeRadiograph(bytes);
  const raster = recipe.channels === 1 ? toGrey(decoded) : decoded;
  const tensor = normalise(resizeArea(raster, recipe.width, recipe.height), recipe);
  return { tensor, kind: decoded.kind, width: decoded.width, height: decoded.height };
}
