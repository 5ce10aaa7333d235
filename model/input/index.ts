import type { InputRecipe } from "@radlite/model/format";
import { decodeLevels } from "./decode.ts";
import { stepOf } from "./levels.ts";
import { normalise } from "./normalise.ts";
import { prepareWith, type RasterSize, requireWindow, toRaster } from "./prepare.ts";
import type { Raster } from "./raster.ts";

export { decodeRadiograph } from "./decode.ts";
export { encodeDeepPng, encodeJpeg } from "./encode.ts";
export { IMAGE_KINDS, type ImageKind, recogniseKind } from "./kind.ts";
export { INPUT_LIMITS } from "./limits.ts";
export { normalise } from "./normalise.ts";
export { type Colour, encodePng, type IndexedPicture } from "./png-file.ts";
export type { DecodedRadiograph, Look, LookSize, PreparedInput, RasterSize } from "./prepare.ts";
export { type Pixels, type Raster, toGrey } from "./raster.ts";
export { resizeArea } from "./resize.ts";
export { TRIM_RULE, trimBorders } from "./trim.ts";

/**
 * A file's bytes as the input of a network.
 * @throws BAD_INPUT as `decodeRadiograph` does, and with reason BLANK, TOO_FEW_LEVELS or DEPTH_UNCLEAR.
 */
export const prepareInput = /* @__PURE__ */ prepareWith(decodeLevels); // left out, with sharp, where nobody decodes

/**
 * A picture in memory, as `prepareInput` would make an input of its PNG.
 * @returns [height, width, channels] of the recipe.
 * @throws BAD_INPUT with reason BLANK or TOO_FEW_LEVELS.
 */
export function preparePicture(picture: Raster<Uint8Array>, recipe: InputRecipe): Float32Array {
  const { pixels: levels, channels } = picture;
  const decoded = { ...picture, levels, stored: channels, hasAlpha: false, white: 255 };
  return normalise(toRaster(decoded, recipe), recipe, stepOf(decoded));
}

/**
 * The same picture before it is normalised, in grey levels, to be changed as a training does.
 * @throws BAD_INPUT as `prepareInput` does, and with reason DEPTH_UNCLEAR as for fixed means: changes are made in
 *   grey levels from black to white.
 */
export async function prepareRaster(bytes: Uint8Array, size: RasterSize): Promise<PreparedRaster> {
  const decoded = await decodeLevels(bytes);
  requireWindow(decoded);
  return { raster: toRaster(decoded, size), width: decoded.width, height: decoded.height };
}

export interface PreparedRaster {
  raster: Raster<Float32Array>;
  width: number; // of the upright original, in pixels
  height: number;
}

/**
 * The grey picture of a file, of a size and trimmed as asked, as a gate reads it.
 * @throws BAD_INPUT as `decodeRadiograph` does, and with reason BLANK or TOO_FEW_LEVELS.
 */
export async function prepareGrey(
  bytes: Uint8Array,
  size: Omit<RasterSize, "channels">,
): Promise<{ raster: Raster<Float32Array>; step: number }> {
  const decoded = await decodeLevels(bytes);
  return { raster: toRaster(decoded, { ...size, channels: 1 }), step: stepOf(decoded) };
}
