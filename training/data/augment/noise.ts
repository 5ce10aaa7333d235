/**
 * Additive noise, near-Gaussian: the sum of the four bytes of one random word has the bell's shape to 3.4
 * deviations and costs a fraction of a logarithm. The same for all channels of a pixel, as a detector's is.
 */
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import type { Picture } from "./picture.ts";

const SUM_MEAN = 4 * 127.5;
const SUM_DEVIATION = Math.sqrt((4 * (256 ** 2 - 1)) / 12); // of four uniform bytes

/** `deviation` in grey levels; the result is clamped to 0..255. */
export function addNoise(source: Picture, deviation: number, random: RandomGenerator): Picture {
  if (deviation === 0) return source;
  const { channels } = source;
  const pixels = new Float32Array(source.pixels.length);
  const step = deviation / SUM_DEVIATION;
  for (let at = 0; at < pixels.length; at += channels) {
    const word = random.next();
    const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
    const added = (sum - SUM_MEAN) * step;
    for (let c = at; c < at + channels; c++)
      pixels[c] = Math.min(255, Math.max(0, source.pixels[c]! + added));
  }
  return { ...source, pixels };
}
