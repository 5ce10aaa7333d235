/**
 * The two forms in which training holds images. Inputs are what serving would feed the network, to the bit,
 * for validation and test. Pixels are the training images before augmentation, at twice the network's side so
 * that a small turn or blur has pixels to work with; halving them by area gives the serving resize again.
 */
import type { InputRecipe } from "@radlite/model/format";
import { prepareInput, prepareRaster, type Raster } from "@radlite/model/input";
import { type DecodeOptions, decodeImages } from "./decoding.ts";
import type { Radiograph, Unreadable } from "./listing.ts";

/** Steps of a stored pixel in a grey level: finer than what a training could notice, half the size of floats. */
export const LEVELS = 256;

/** Networks above this side are fed by pictures that seldom hold more than the network sees. */
const LARGEST_DOUBLED_SIDE = 112;

interface LabelledSet {
  /** 1 is PNEUMONIA; one a row. */
  labels: Uint8Array;
  /** One a row. */
  images: Radiograph[];
  unreadable: Unreadable[];
}

export interface InputSet extends LabelledSet {
  input: InputRecipe;
  /** [n, height, width, channels] */
  inputs: Float32Array;
}

export interface PixelSet extends LabelledSet {
  input: InputRecipe;
  /** The side of a stored image: the network's side, or twice that. */
  side: number;
  /** [n, side, side, channels] in steps of 1 / LEVELS of a grey level, over shared memory. */
  pixels: Uint16Array<SharedArrayBuffer>;
  /** One a row, where the recipe asks for groups of like looks. */
  groups?: Uint8Array;
}

/** Exactly `prepareInput` of each file. */
export async function loadInputs(
  images: Radiograph[],
  input: InputRecipe,
  options?: DecodeOptions,
): Promise<InputSet> {
  const { rows, readable, unreadable } = await decodeImages(
    images,
    {
      identity: { kind: "inputs", input },
      rowBytes: input.height * input.width * input.channels * Float32Array.BYTES_PER_ELEMENT,
      convert: async (file) => asBytes((await prepareInput(file, input)).tensor),
    },
    options,
  );
  return { input, inputs: new Float32Array(rows.buffer), ...label(readable), unreadable };
}

/** Decoded and resized, neither augmented nor normalised. */
export async function loadPixels(
  images: Radiograph[],
  input: InputRecipe,
  options?: DecodeOptions,
): Promise<PixelSet> {
  const { channels, trim } = input;
  const side = input.width <= LARGEST_DOUBLED_SIDE ? 2 * input.width : input.width;
  const { rows, readable, unreadable } = await decodeImages(
    images,
    {
      identity: { kind: "pixels", side, channels, ...(trim ? { trim } : {}), levels: LEVELS },
      rowBytes: side * side * channels * Uint16Array.BYTES_PER_ELEMENT,
      convert: async (file) => {
        const { raster } = await prepareRaster(file, {
          width: side,
          height: side,
          channels,
          ...(trim ? { trim } : {}),
        });
        return asBytes(quantise(raster.pixels, side * side * channels));
      },
    },
    options,
  );
  return { input, side, pixels: new Uint16Array(rows.buffer), ...label(readable), unreadable };
}

/** The stored picture of a row, in grey levels: [side, side, channels]. */
export function readPicture(
  { input, side, pixels: all }: Pick<PixelSet, "input" | "side" | "pixels">,
  row: number,
): Raster<Float32Array> {
  const length = side * side * input.channels;
  const pixels = new Float32Array(length);
  // Loops over typed arrays here and in augment/, not map or from: those are several times slower.
  for (let at = 0, from = row * length; at < length; at++, from++) pixels[at] = all[from]! / LEVELS;
  return { width: side, height: side, channels: input.channels, pixels };
}

/** Some of a set's images, in the order of `rows`; copies. */
export function pickInputs({ inputs, ...set }: InputSet, rows: readonly number[]): InputSet {
  const length = inputs.length / set.labels.length;
  const picked = new Float32Array(rows.length * length);
  rows.forEach((row, at) => {
    picked.set(inputs.subarray(row * length, (row + 1) * length), at * length);
  });
  return { ...set, inputs: picked, ...label(rows.map((row) => set.images[row]!)) };
}

/** As `pickInputs`, without the groups: those are of a set. */
export function pickPixels({ pixels, groups: _, ...set }: PixelSet, rows: readonly number[]): PixelSet {
  const length = pixels.length / set.labels.length;
  const bytes = rows.length * length * Uint16Array.BYTES_PER_ELEMENT;
  const picked = new Uint16Array(new SharedArrayBuffer(bytes));
  rows.forEach((row, at) => {
    picked.set(pixels.subarray(row * length, (row + 1) * length), at * length);
  });
  return { ...set, pixels: picked, ...label(rows.map((row) => set.images[row]!)) };
}

/** A grey picture is repeated where colour is wanted. */
function quantise(pixels: Float32Array, length: number): Uint16Array {
  const repeats = length / pixels.length;
  const levels = new Uint16Array(length);
  for (let at = 0, to = 0; at < pixels.length; at++) {
    const level = Math.round(pixels[at]! * LEVELS);
    for (let copy = 0; copy < repeats; copy++) levels[to++] = level;
  }
  return levels;
}

function label(images: Radiograph[]) {
  return { images, labels: Uint8Array.from(images, (image) => image.label) };
}

function asBytes({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
