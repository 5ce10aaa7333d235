/**
 * Pictures of a gate's fitting: radiographs as a gate sees them, and the same radiographs changed. Those that a change
 * is made from have four times the side, so that half of one still has more pixels than the gate reads; averaging them
 * by area gives the gate's own picture again.
 */
import { resizeArea, trimBorders } from "@radlite/model/input";
import { GATE_SIDE, type GatePicture } from "@radlite/model/verdict/gate";
import type { Picture } from "../data/augment/index.ts";
import { createPicture } from "../data/augment/picture.ts";
import { type DecodeOptions, loadPixels, type PixelSet, type Radiograph } from "../data/index.ts";
import { LEVELS } from "../data/sets.ts";

/** Pixels a side of a picture before it is changed. */
export const SOURCE_SIDE = 4 * GATE_SIDE;

/** Every gate fitted here trims: a border alone makes no radiograph another picture. */
export const TRIM = true;

/** Pictures are kept at twice the side that is named here. */
export const loadGatePixels = (images: Radiograph[], options?: DecodeOptions): Promise<PixelSet> =>
  loadPixels(
    images,
    {
      width: SOURCE_SIDE / 2,
      height: SOURCE_SIDE / 2,
      channels: 1,
      trim: TRIM,
      normalise: { kind: "per-image" },
    },
    options,
  );

/** Row `row` of `loadGatePixels`, [120, 120] grey. */
export function readSource({ pixels }: PixelSet, row: number): Picture {
  const picture = createPicture(SOURCE_SIDE, 1);
  const length = picture.pixels.length;
  for (let at = 0, from = row * length; at < length; at++, from++)
    picture.pixels[at] = pixels[from]! / LEVELS;
  return picture;
}

/** A picture that was trimmed when it was read, as the gate sees it. */
export const seeTrimmed = (picture: Picture): GatePicture =>
  asSeen(resizeArea(picture, GATE_SIDE, GATE_SIDE));

/** A picture made here, as a gate that trims or does not would see a file of it. */
export const see = (picture: Picture, trim: boolean = TRIM): GatePicture =>
  trim ? asSeen(trimBorders(picture, GATE_SIDE, GATE_SIDE)) : seeTrimmed(picture);

const asSeen = ({ pixels }: Picture): GatePicture => ({ pixels, step: 1 });
