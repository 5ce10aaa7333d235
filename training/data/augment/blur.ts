/**
 * Gaussian blur, separable, cut at three deviations and normalised, so that a flat picture stays as it is.
 * Beyond the border the border repeats.
 */
import { createPicture, type Picture } from "./picture.ts";

const REACH = 3; // deviations; what lies beyond weighs 0.3%

/** `deviation` in pixels; 0 gives the picture itself. */
export function blur(source: Picture, deviation: number): Picture {
  const radius = Math.ceil(REACH * deviation);
  if (radius === 0) return source;
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, at) =>
    Math.exp(-((at - radius) ** 2) / (2 * deviation ** 2)),
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  const weights = kernel.map((weight) => weight / sum);
  return blurRowsTransposed(blurRowsTransposed(source, weights, radius), weights, radius);
}

/** Along rows, written to columns: twice gives both directions and the original layout. */
function blurRowsTransposed(
  { width: side, channels, pixels }: Picture,
  weights: Float64Array,
  radius: number,
): Picture {
  const result = createPicture(side, channels);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const inside = x >= radius && x < side - radius;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = -radius; k <= radius; k++) {
          const at = inside ? x + k : Math.min(side - 1, Math.max(0, x + k));
          sum += weights[k + radius]! * pixels[(y * side + at) * channels + c]!;
        }
        result.pixels[(x * side + y) * channels + c] = sum;
      }
    }
  }
  return result;
}
