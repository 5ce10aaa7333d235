/**
 * Exposure: y = 255 (x / 255)^gamma, black and white stay. Through a table of a grey level a step with linear
 * interpolation between: from level 4 on within 0.5 of the power for exponents in [1/3, 3].
 */
import type { Picture } from "./picture.ts";

const WHITE = 255;

export function applyGamma(source: Picture, gamma: number): Picture {
  if (gamma === 1) return source;
  const table = Float32Array.from(
    { length: WHITE + 2 },
    (_, level) => WHITE * (Math.min(level, WHITE) / WHITE) ** gamma,
  );
  const pixels = new Float32Array(source.pixels.length);
  for (let at = 0; at < pixels.length; at++) {
    const value = source.pixels[at]!;
    const level = value | 0;
    pixels[at] = table[level]! + (table[level + 1]! - table[level]!) * (value - level);
  }
  return { ...source, pixels };
}
