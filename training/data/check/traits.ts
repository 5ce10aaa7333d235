/**
 * What `radlite data check` knows of each picture: how it was taken and stored, as numbers, and a thumbnail to find
 * its like by. Decoded once and cached, as everything that reads a data folder.
 */
import { prepareRaster, resizeArea } from "@radlite/model/input";
import { PROPERTIES } from "../../recipes/properties.ts";
import { type DecodeOptions, decodeImages } from "../decoding.ts";
import { describeLook, LOOK } from "../groups/look.ts";
import type { Radiograph, Unreadable } from "../listing.ts";
import { describePicture, PROPERTY_SIDE, PROPERTY_SIZE } from "../properties.ts";

/** The properties that a validation set can be split against, and the size and shape of the picture. */
export const TRAITS = [...PROPERTIES, "pixels", "aspect"] as const;
export type Trait = (typeof TRAITS)[number];

/** The side of a thumbnail, pixels. */
export const THUMBNAIL_SIDE = 32;

export interface TraitTable {
  images: Radiograph[];
  /** One value an image. `aspect` is width over height. */
  values: Record<Trait, Float32Array>;
  /** [n, THUMBNAIL_SIDE, THUMBNAIL_SIDE] grey levels. */
  thumbnails: Float32Array;
  /** One an image: the numbers that `LOOK` names. */
  looks: Float32Array[];
  unreadable: Unreadable[];
}

const PIXELS = THUMBNAIL_SIDE ** 2;
const COLUMNS = TRAITS.length + PIXELS + LOOK.length;

export async function measureTraits(images: Radiograph[], options?: DecodeOptions): Promise<TraitTable> {
  const { rows, readable, unreadable } = await decodeImages(
    images,
    {
      identity: {
        kind: "traits",
        traits: TRAITS,
        side: PROPERTY_SIDE,
        thumbnail: THUMBNAIL_SIDE,
        look: LOOK,
      },
      rowBytes: COLUMNS * Float32Array.BYTES_PER_ELEMENT,
      convert: measureFile,
    },
    options,
  );
  const table = new Float32Array(rows.buffer);
  const column = (at: number) => Float32Array.from(readable, (_, row) => table[row * COLUMNS + at]!);
  const thumbnails = new Float32Array(readable.length * PIXELS);
  readable.forEach((_, row) => {
    const start = row * COLUMNS + TRAITS.length;
    thumbnails.set(table.subarray(start, start + PIXELS), row * PIXELS);
  });
  const looks = readable.map((_, row) => table.slice((row + 1) * COLUMNS - LOOK.length, (row + 1) * COLUMNS));
  const values = Object.fromEntries(TRAITS.map((trait, at) => [trait, column(at)]));
  return { images: readable, values: values as TraitTable["values"], thumbnails, looks, unreadable };
}

async function measureFile(file: Uint8Array): Promise<Uint8Array> {
  const { raster: picture, width, height } = await prepareRaster(file, PROPERTY_SIZE);
  const thumbnail = resizeArea(picture, THUMBNAIL_SIDE, THUMBNAIL_SIDE);
  const values = {
    bytes: file.length,
    pixels: width * height,
    aspect: width / height,
    ...describePicture(picture.pixels, PROPERTY_SIDE),
  };
  const row = new Float32Array(COLUMNS);
  row.set(TRAITS.map((trait) => values[trait]));
  row.set(thumbnail.pixels, TRAITS.length);
  row.set(describeLook(picture.pixels), TRAITS.length + PIXELS);
  return new Uint8Array(row.buffer);
}
