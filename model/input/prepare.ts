/**
 * From a file's bytes to a network's input, the one way in: training, evaluation, serving and the browser all go
 * through here, so a network meets the same numbers everywhere. Decode in full, grey, borders off where the recipe
 * says so, exact area average, normalise. Only the decoder differs: sharp in Node, WebAssembly in a browser, to the same pixels.
 */
import type { InputRecipe } from "@radlite/model/format";
import { type Average, startAverage } from "./average.ts";
import { isColourful } from "./colour.ts";
import { requireContent } from "./content.ts";
import { holdGrey } from "./held-rows.ts";
import type { ImageKind } from "./kind.ts";
import { flattenLevels, flattenRows, type Levels, requireSpread, stepOf } from "./levels.ts";
import { normalise } from "./normalise.ts";
import type { Raster } from "./raster.ts";
import { cropRows, type Region, wholeOf } from "./region.ts";
import { resizeRows } from "./resize.ts";
import { findContent } from "./trim.ts";
import { viewLevels } from "./view.ts";

export interface DecodedRadiograph extends Raster {
  kind: ImageKind;
}

export interface DecodedLevels extends Levels {
  kind: ImageKind;
  /** Gives the memory of the levels back at once, from whoever reads them last. Absent where it goes with its object. */
  release?(): void;
}

/** Reads a file; see `decodeRadiograph` for what it refuses. */
export type Decode = (bytes: Uint8Array) => Promise<DecodedLevels>;

export interface PreparedInput {
  tensor: Float32Array; // [height, width, channels] of the recipe
  kind: ImageKind;
  width: number; // of the upright original, in pixels
  height: number;
  /** What of the upright original the network reads. */
  region: Region;
  /** Its colours are not those of a grey picture, tinted or not. */
  isColourful: boolean;
  /** Where one was asked for. */
  look?: Look;
  /** Where one was asked for: a copy to look at, grey, 8 bits, as `viewLevels` makes it. */
  view?: Raster<Uint8Array>;
  decodeMs: number; // file to tensor, and what was asked for besides
}

/** A small grey picture beside the network's own, for who judges what the network is given. */
export interface LookSize {
  side: number; // pixels
  /** Whether borders are cut off before it is averaged, whatever the network's recipe says. */
  trim: boolean;
}

export interface Look {
  pixels: Float32Array; // [side, side] in [0, 255]
  step: number; // a level of the file, in grey levels
}

/** What of an input recipe decides before normalisation. */
export type RasterSize = Pick<InputRecipe, "width" | "height" | "channels" | "trim">;

/** @param viewSide pixels of the view's longer side, at most */
export type Prepare = (
  bytes: Uint8Array,
  recipe: InputRecipe,
  look?: LookSize,
  viewSide?: number,
) => Promise<PreparedInput>;

/** `prepareInput` over a decoder. Rejects with BAD_INPUT as the decoder does. */
export function prepareWith(decode: Decode): Prepare {
  return async (bytes, recipe, lookSize, viewSide) => {
    const startMs = performance.now();
    const decoded = await decode(bytes);
    if (recipe.normalise.kind === "fixed") requireWindow(decoded);
    const { raster, region, look, isGrey } = readRaster(decoded, recipe, lookSize);
    const tensor = normalise(raster, recipe, stepOf(decoded));
    const { kind, width, height } = decoded;
    const prepared = {
      ...{ tensor, kind, width, height, region },
      isColourful: !isGrey && isColourful(decoded),
      ...(look && { look }),
      ...(viewSide !== undefined && { view: viewLevels(decoded, viewSide) }),
    };
    decoded.release?.();
    return { ...prepared, decodeMs: performance.now() - startMs };
  };
}

/**
 * What a network of this input sees, before it is normalised. The picture is squashed to the recipe's size, not
 * cropped, as the training data was.
 * @throws BAD_INPUT as `requireContent` does.
 */
export const toRaster = (decoded: Levels, size: RasterSize): Raster<Float32Array> =>
  readRaster(decoded, size).raster;

interface ReadRaster {
  raster: Raster<Float32Array>;
  region: Region;
  /** Colours, if any, are the same in all channels. */
  isGrey: boolean;
  look?: Look;
}

/** The network's raster, and a look of the same pixels: in one pass over them where both read the same rows. */
function readRaster(
  decoded: Levels,
  { width, height, channels, trim }: RasterSize,
  size?: LookSize,
): ReadRaster {
  const step = stepOf(decoded);
  const rows = flattenRows(decoded);
  const grey = holdGrey(rows);
  const isGrey = grey.isBytes;
  const whole = wholeOf(grey);
  const content = trim || size?.trim ? findContent(grey) : whole;
  const region = trim ? content : whole;
  requireContent(cropRows(grey, region), step);
  const source = channels === 1 || isGrey ? grey : rows; // what is the same in all channels need not be resized thrice
  const resize = (average?: Average) => resizeRows(cropRows(source, region), width, height, average);
  if (!size) return { raster: resize(), region, isGrey };

  const seen = size.trim ? content : whole;
  const look = (pixels: Float32Array): Look => ({ pixels, step });
  if (grey.held && isGrey) {
    // Held bytes are gone over again in less time, to the same numbers.
    const { pixels } = resizeRows(cropRows(grey, seen), size.side, size.side);
    return { raster: resize(), region, isGrey, look: look(pixels) };
  }
  const isOnTheWay = source.channels === 1 && (region === whole || region === seen);
  const average = startAverage(isOnTheWay ? within(seen, region) : wholeOf(seen), size.side);
  const raster = resize(isOnTheWay ? average : undefined);
  if (!isOnTheWay) resizeRows(cropRows(grey, seen), 1, 1, average);
  return { raster, region, isGrey, look: look(average.finish()) };
}

/** A region in the pixels of another that it lies in. */
const within = ({ left, top, ...size }: Region, outer: Region): Region => ({
  ...size,
  left: left - outer.left,
  top: top - outer.top,
});

/** DICOM says what it shows as black and as white; of other files their levels must. */
export function requireWindow(decoded: DecodedLevels): void {
  if (decoded.kind !== "dicom") requireSpread(decoded);
}

/** All pixels of a picture, to look at before they are resized. */
export function toRadiograph(decoded: DecodedLevels): DecodedRadiograph {
  return { kind: decoded.kind, ...flattenLevels(decoded) };
}
