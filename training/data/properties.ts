/**
 * Properties of a radiograph that say how it was taken and stored, not what it shows. Where they follow the
 * label in the training images, a network may learn them in its place; see shifted-split.ts.
 */
import { prepareRaster } from "@radlite/model/input";
import { PROPERTIES, type Property } from "../recipes/properties.ts";
import { type DecodeOptions, decodeImages } from "./decoding.ts";
import type { Radiograph } from "./listing.ts";

/** Pixels; all but the length of the file are measured at this size. */
export const PROPERTY_SIDE = 224;
export const PROPERTY_SIZE = { width: PROPERTY_SIDE, height: PROPERTY_SIDE, channels: 1 } as const;

/** One number an image, `undefined` for one that does not decode. */
export async function measureProperty(
  images: Radiograph[],
  property: Property,
  options?: DecodeOptions,
): Promise<(number | undefined)[]> {
  const { rows, readable } = await decodeImages(
    images,
    {
      identity: { kind: "properties", side: PROPERTY_SIDE, names: PROPERTIES },
      rowBytes: PROPERTIES.length * Float32Array.BYTES_PER_ELEMENT,
      convert: async (file) => {
        const { raster } = await prepareRaster(file, PROPERTY_SIZE);
        const values = { bytes: file.length, ...describePicture(raster.pixels, PROPERTY_SIDE) };
        return new Uint8Array(Float32Array.from(PROPERTIES, (name) => values[name]).buffer);
      },
    },
    options,
  );
  const values = new Float32Array(rows.buffer);
  const column = PROPERTIES.indexOf(property);
  const known = new Map(readable.map((image, row) => [image, values[row * PROPERTIES.length + column]!]));
  return images.map((image) => known.get(image));
}

/** Describes a square grey picture, [side, side]; neighbours are looked at from the pixels that have four. */
export function describePicture(
  pixels: Float32Array,
  side: number,
): Record<Exclude<Property, "bytes">, number> {
  const grey = gather();
  const edges = gather();
  let [across, down] = [0, 0];
  for (let at = 0; at < pixels.length; at++) {
    const value = pixels[at]!;
    grey.add(value);
    const [x, y] = [at % side, Math.floor(at / side)];
    if (x === 0 || y === 0 || x === side - 1 || y === side - 1) continue;
    const [right, below] = [pixels[at + 1]!, pixels[at + side]!];
    edges.add(4 * value - right - below - pixels[at - 1]! - pixels[at - side]!);
    across += (right - value) ** 2;
    down += (below - value) ** 2;
  }
  return {
    sharpness: edges.variance(),
    contrast: Math.sqrt(grey.variance()),
    exposure: grey.mean(),
    stretch: down > 0 ? across / down : 1,
  };
}

function gather() {
  let [count, sum, squares] = [0, 0, 0];
  const mean = () => sum / count;
  return {
    add(value: number) {
      count++;
      sum += value;
      squares += value ** 2;
    },
    mean,
    variance: () => Math.max(0, squares / count - mean() ** 2),
  };
}
