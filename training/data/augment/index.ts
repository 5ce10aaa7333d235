/**
 * Augmentation: a stored picture and the changes drawn for it -> what the network sees, in typed arrays alone.
 * In the order in which a radiograph meets them: it is taken (placement, exposure), passed on (resolution,
 * blur, JPEG), brought to the network's side by area, and only there noise and erasing. Never mirrored: the
 * heart has a side.
 */
import { resizeArea } from "@radlite/model/input";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { blur } from "./blur.ts";
import type { Changes } from "./draw.ts";
import { erase } from "./erase.ts";
import { applyGamma } from "./gamma.ts";
import { compressJpeg } from "./jpeg.ts";
import { addNoise } from "./noise.ts";
import type { Picture } from "./picture.ts";
import { rescale } from "./rescale.ts";
import { warp } from "./warp.ts";

export { type Changes, drawChanges } from "./draw.ts";
export type { Picture } from "./picture.ts";

/** `side` of the result, at most the source's; `random` is asked for noise alone. */
export function augment(source: Picture, changes: Changes, side: number, random: RandomGenerator): Picture {
  let picture = warp(source, changes.placement);
  picture = applyGamma(picture, changes.gamma);
  picture = rescale(picture, changes.scale);
  picture = blur(picture, changes.blur * picture.width);
  if (changes.jpegQuality !== undefined) picture = compressJpeg(picture, changes.jpegQuality);
  picture = resizeArea(picture, side, side);
  picture = addNoise(picture, changes.noise, random);
  return erase(picture, changes.erase);
}
