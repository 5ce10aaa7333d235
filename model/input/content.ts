/**
 * Whether there is anything in a picture to judge: grey that varies, in enough levels. Read only as far as it takes
 * to know: of a radiograph a few rows.
 */
import { RadliteError } from "@radlite/model/errors";
import { INPUT_LIMITS } from "./limits.ts";
import type { Rows } from "./raster.ts";

/**
 * @param grey the picture, in [0, 255]
 * @param step a level of the file, in grey levels
 * @throws BAD_INPUT with reason BLANK where the deviation of all pixels is below one step, TOO_FEW_LEVELS for fewer
 *   than `INPUT_LIMITS.minLevels` levels of the file.
 */
export function requireContent(grey: Rows, step: number): void {
  const { width, height } = grey;
  const seen = new Uint8Array(Math.round(255 / step) + 1);
  let levels = 0;
  let [count, mean, squares] = [0, 0, 0]; // of the rows so far; squares about their own mean, in steps
  const needed = width * height; // squares that make one step of deviation over all, whatever the rest holds
  for (let y = 0; y < height; y++) {
    const row = grey.readRow(y);
    let [sum, sumOfSquares] = [0, 0];
    for (let x = 0; x < width; x++) {
      const level = row[x]! / step;
      sum += level;
      sumOfSquares += level * level;
      const nearest = Math.round(level);
      if (seen[nearest] === 0) {
        seen[nearest] = 1;
        levels += 1;
      }
    }
    const rowMean = sum / width;
    const shift = rowMean - mean;
    squares += sumOfSquares - sum * rowMean + (shift * shift * count * width) / (count + width);
    count += width;
    mean += (shift * width) / count;
    if (squares >= needed && levels >= INPUT_LIMITS.minLevels) return;
  }
  if (squares < needed) {
    throw new RadliteError(
      "BAD_INPUT",
      "the radiograph is blank: its grey varies by less than one level; send the picture itself",
      { reason: "BLANK" },
    );
  }
  throw new RadliteError(
    "BAD_INPUT",
    `the radiograph holds ${levels} levels of grey; at least ${INPUT_LIMITS.minLevels} are needed: send the original, or save it with 8 bits a level`,
    { reason: "TOO_FEW_LEVELS" },
  );
}
