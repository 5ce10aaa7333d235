/**
 * From a file's bytes to a network's input, the one way in: training, evaluation, serving and the browser all go
 * through here, so a network meets the same numbers everywhere. Decode in full, grey, borders off where the recipe
 * says so, exact area average, normalise. Only the decoder differs: sharp in Node, WebAssembly in a browser, to the same pixels.
 */
import type { InputRecipe } from "@radlite/model/format";
import { requireContent } from "./content.ts";
import type { ImageKind } from "./kind.ts";
import { flattenLevels, flattenRows, type Levels, requireSpread, stepOf } from "./levels.ts";
import { normalise } from "./normalise.ts";
import { greyRows, type Raster } from "./raster.ts";
import { cropRows, wholeOf } from "./region.ts";
import { resizeRows } from "./resize.ts";
import { findContent } from "./trim.ts";

export interface DecodedRadiograph extends Raster {
  kind: ImageKind;
}

export interface DecodedLevels extends Levels {
  kind: ImageKind;
}

/** Reads a file; see `decodeRadiograph` for what it refuses. */
export type Decode = (bytes: Uint8Array) => Promise<DecodedLevels>;

export interface PreparedInput {
  tensor: Float32Array; // [height, width, channels] of the recipe
  kind: ImageKind;
  width: number; // of the upright original, in pixels
  height: number;
  decodeMs: number; // file to tensor
}

/** What of an input recipe decides before normalisation. */
export type RasterSize = Pick<InputRecipe, "width" | "height" | "channels" | "trim">;

export type Prepare = (bytes: Uint8Array, recipe: InputRecipe) => Promise<PreparedInput>;

/** `prepareInput` over a decoder. Rejects with BAD_INPUT as the decoder does. */
export function prepareWith(decode: Decode): Prepare {
  return async (bytes, recipe) => {
    const startMs = performance.now();
    const decoded = await decode(bytes);
    const tensor = toTensor(decoded, recipe);
    const { kind, width, height } = decoded;
    return { tensor, kind, width, height, decodeMs: performance.now() - startMs };
  };
}

/** The picture is squashed to the recipe's size, not cropped, as the training data was. */
export function toTensor(decoded: DecodedLevels, recipe: InputRecipe): Float32Array {
  if (recipe.normalise.kind === "fixed") requireWindow(decoded);
  return normalise(toRaster(decoded, recipe), recipe, stepOf(decoded));
}

/**
 * What a network of this input sees, before it is normalised.
 * @throws BAD_INPUT as `requireContent` does.
 */
export function toRaster(
  decoded: Levels,
  { width, height, channels, trim }: RasterSize,
): Raster<Float32Array> {
  const rows = flattenRows(decoded);
  const grey = greyRows(rows);
  const region = trim ? findContent(grey) : wholeOf(grey);
  requireContent(cropRows(grey, region), stepOf(decoded));
  return resizeRows(cropRows(channels === 1 ? grey : rows, region), width, height);
}

/** DICOM says what it shows as black and as white; of other files their levels must. */
export function requireWindow(decoded: DecodedLevels): void {
  if (decoded.kind !== "dicom") requireSpread(decoded);
}

/** All pixels of a picture, to look at before they are resized. */
export function toRadiograph(decoded: DecodedLevels): DecodedRadiograph {
  return { kind: decoded.kind, ...flattenLevels(decoded) };
}
