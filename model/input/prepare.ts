/**
 * From a file's bytes to a network's input, the one way in: training, evaluation, serving and the browser all go
 * through here, so a network meets the same numbers everywhere. Decode in full, grey, exact area average,
 * normalise. Only the decoder differs: sharp in Node, WebAssembly in a browser, to the same pixels.
 */
import type { InputRecipe } from "@radlite/model/format";
import type { ImageKind } from "./kind.ts";
import { flattenLevels, flattenRows, type Levels } from "./levels.ts";
import { normalise } from "./normalise.ts";
import { greyRows, type Raster } from "./raster.ts";
import { resizeRows } from "./resize.ts";

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
export function toTensor(decoded: Levels, recipe: InputRecipe): Float32Array {
  const rows = flattenRows(decoded);
  const picked = recipe.channels === 1 ? greyRows(rows) : rows;
  return normalise(resizeRows(picked, recipe.width, recipe.height), recipe);
}

/** All pixels of a picture, for who wants them before they are resized. */
export function toRadiograph(decoded: DecodedLevels): DecodedRadiograph {
  return { kind: decoded.kind, ...flattenLevels(decoded) };
}
