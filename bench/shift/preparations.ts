/**
 * Normalisations of the input that Radlite does not have, for the study to judge: of a picture that is
 * standardised already, [side, side], in place. Neither depends on what a standardisation changes.
 */

/** Every value by its rank, evenly over [-sqrt 3, sqrt 3]: mean 0, deviation 1. Equal values share a rank. */
export function equaliseHistogram(picture: Float32Array): void {
  const order = Uint32Array.from(picture, (_, at) => at).sort((a, b) => picture[a]! - picture[b]!);
  const sorted = Float32Array.from(order, (at) => picture[at]!);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && sorted[end] === sorted[start]) end++;
    const share = (start + end) / 2 / order.length;
    for (let at = start; at < end; at++) picture[order[at]!] = (2 * share - 1) * Math.sqrt(3);
    start = end;
  }
}

// A share of the side: about a lung's width.
const WINDOW = 0.25;
const SMALLEST_DEVIATION = 0.1; // of the picture's: flat parts are not blown up

/** (x - mean) / deviation, both over a square window about each pixel, cut off at the border. */
export function normaliseLocally(picture: Float32Array, side: number): void {
  const reach = Math.round((WINDOW * side) / 2);
  const sums = integrate(picture, side);
  const squares = integrate(
    picture.map((value) => value ** 2),
    side,
  );
  const result = new Float32Array(picture.length);
  for (let y = 0; y < side; y++) {
    const [top, bottom] = [Math.max(0, y - reach), Math.min(side, y + reach + 1)];
    for (let x = 0; x < side; x++) {
      const [left, right] = [Math.max(0, x - reach), Math.min(side, x + reach + 1)];
      const sum = (of: Float64Array) =>
        of[bottom * (side + 1) + right]! -
        of[top * (side + 1) + right]! -
        of[bottom * (side + 1) + left]! +
        of[top * (side + 1) + left]!;
      const count = (bottom - top) * (right - left);
      const mean = sum(sums) / count;
      const deviation = Math.sqrt(Math.max(0, sum(squares) / count - mean ** 2));
      result[y * side + x] = (picture[y * side + x]! - mean) / Math.max(deviation, SMALLEST_DEVIATION);
    }
  }
  picture.set(result);
}

/** Sums over all rectangles from the corner, [side + 1, side + 1]. */
function integrate(picture: Float32Array, side: number): Float64Array {
  const sums = new Float64Array((side + 1) ** 2);
  for (let y = 0; y < side; y++) {
    let row = 0;
    for (let x = 0; x < side; x++) {
      row += picture[y * side + x]!;
      sums[(y + 1) * (side + 1) + x + 1] = sums[y * (side + 1) + x + 1]! + row;
    }
  }
  return sums;
}
