/** Pictures with known content for the laws of augmentation. */

import { drawUniform, seedRandom } from "@radlite/training/data";
import { createPicture, type Picture } from "../../../../training/data/augment/picture.ts";

/** value(x, y, channel) at every pixel */
export function paint(
  side: number,
  value: (x: number, y: number, c: number) => number,
  channels: 1 | 3 = 1,
): Picture {
  const picture = createPicture(side, channels);
  for (let at = 0; at < picture.pixels.length; at++) {
    const place = Math.floor(at / channels);
    picture.pixels[at] = value(place % side, Math.floor(place / side), at % channels);
  }
  return picture;
}

/** Uniform grey levels, independent. */
export function scatter(side: number, seed: number, channels: 1 | 3 = 1): Picture {
  const random = seedRandom(seed);
  return paint(side, () => drawUniform(random, 0, 255), channels);
}

/** Smooth, of 30 to 225 grey levels, different in x and y. */
export function wave(side: number): Picture {
  return paint(side, (x, y) => 127.5 + 60 * Math.sin((5 * x) / side) + 37.5 * Math.cos((3 * y + x) / side));
}

export function at({ width, channels, pixels }: Picture, x: number, y: number, c = 0): number {
  return pixels[(y * width + x) * channels + c]!;
}

export function mean({ pixels }: Picture): number {
  return pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
}

/** Largest difference over the pixels at least `border` from the edge. */
export function differ(a: Picture, b: Picture, border = 0): number {
  let largest = 0;
  for (let y = border; y < a.height - border; y++) {
    for (let x = border; x < a.width - border; x++) {
      for (let c = 0; c < a.channels; c++)
        largest = Math.max(largest, Math.abs(at(a, x, y, c) - at(b, x, y, c)));
    }
  }
  return largest;
}
