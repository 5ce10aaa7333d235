/**
 * Augmentation: a stored picture and the changes drawn for it -> what the network sees, in typed arrays alone.
 * In the order in which a radiograph meets them: it is taken (crop, placement, exposure), passed on (border,
 * resolution, blur, JPEG), brought to the network's side by area, and only there noise and erasing. Never mirrored: the
 * heart has a side.
 */
import { resizeArea, trimBorders } from "@radlite/model/input";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { blur } from "./blur.ts";
import type { Changes } from "./draw.ts";
import { erase } from "./erase.ts";
import { addBorder, brighten, crop } from "./frame.ts";
import { applyGamma } from "./gamma.ts";
import { compressJpeg } from "./jpeg.ts";
import { addNoise } from "./noise.ts";
import type { Picture } from "./picture.ts";
import { rescale } from "./rescale.ts";
import { warp } from "./warp.ts";

export { type Changes, drawChanges, UNCHANGED } from "./draw.ts";
export type { Picture } from "./picture.ts";
export { retone } from "./retone.ts";

/**
 * `side` of the result, at most the source's; `random` is asked for noise alone. `trim`: of the network's input, which
 * then sees a border no more than serving would let it.
 */
export function augment(
  source: Picture,
  changes: Changes,
  side: number,
  random: RandomGenerator,
  { trim = false }: { trim?: boolean } = {},
): Picture {
  let picture = warp(crop(source, changes.crop), changes.placement);
  picture = applyGamma(picture, changes.gamma);
  picture = brighten(picture, changes.brightness);
  picture = addBorder(picture, changes.border);
  picture = rescale(picture, changes.scale);
  picture = blur(picture, changes.blur * picture.width);
  if (changes.jpegQuality !== undefined) picture = compressJpeg(picture, changes.jpegQuality);
  picture = trim && changes.border ? trimBorders(picture, side, side) : resizeArea(picture, side, side);
  picture = addNoise(picture, changes.noise, random);
  return erase(picture, changes.erase);
}
