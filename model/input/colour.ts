/**
 * Whether a picture's colours are its own, or those of a grey picture that was tinted: by a film's blue base, a warm
 * lamp, a viewer's colour table. In a tinted picture the colour follows from the brightness, so pixels of one brightness
 * have one colour, but for what JPEG does to it. A few thousand pixels tell, on a grid, whatever the picture's size.
 *
 * A filter and no cure: photographs that are nearly of one hue pass, and so do colours of less than a tenth of the
 * picture, such as marks drawn on a radiograph. What a grey picture shows is for a gate to say.
 */
import { flattenRows, type Levels } from "./levels.ts";
import { lumaOf } from "./raster.ts";

/** Sampled rows, and pixels of each. */
const GRID = 64;
/** Bands of brightness. */
const BANDS = 32;
/** Grey levels that R - G and B - G together lie from the mean of their band; what is further has a colour of its own. */
const FAR = 20;
/**
 * The share of such pixels above which a picture is colourful. None of the training radiographs has one. Of 20 of them
 * in seven tints, as JPEG of quality 30, at most 3% are (9% lie 15 levels away); in eleven of thirteen colour pictures
 * that scikit-image and scikit-learn ship, 14% to 77%. A retina and a field of stars have 7% and 5%.
 */
const MOST = 0.1;

export function isColourful(picture: Levels): boolean {
  if (picture.channels === 1) return false;
  const samples = takeSamples(picture);
  const bands = Array.from({ length: BANDS }, () => ({ count: 0, red: 0, blue: 0 }));
  for (const { band, red, blue } of samples) {
    const sums = bands[band]!;
    sums.count += 1;
    sums.red += red;
    sums.blue += blue;
  }
  const far = samples.filter(({ band, red, blue }) => {
    const sums = bands[band]!;
    return (red - sums.red / sums.count) ** 2 + (blue - sums.blue / sums.count) ** 2 > FAR ** 2;
  });
  return far.length > MOST * samples.length;
}

interface Sample {
  band: number;
  /** Less green, in grey levels. */
  red: number;
  blue: number;
}

function takeSamples(picture: Levels): Sample[] {
  const rows = flattenRows(picture);
  const samples: Sample[] = [];
  for (const y of spread(rows.height)) {
    const row = rows.readRow(y);
    for (const x of spread(rows.width)) {
      const [red, green, blue] = [row[3 * x]!, row[3 * x + 1]!, row[3 * x + 2]!];
      const band = Math.floor((lumaOf(red, green, blue) * BANDS) / 256);
      samples.push({ band, red: red - green, blue: blue - green });
    }
  }
  return samples;
}

/** Places along a side, at most `GRID` of them, evenly. */
function spread(side: number): number[] {
  const count = Math.min(side, GRID);
  return Array.from({ length: count }, (_, i) => Math.floor(((2 * i + 1) * side) / (2 * count)));
}
