/**
 * input: bytes into `prepareInput`, as a request brings them, and short ones into `decodeRadiograph` and the
 * browser's decoder too. Pixels must be as many as the size says and from 0 to 255, tensors as long as the
 * recipe says and finite; and a PNG that the browser reads or refuses, the server reads to the same pixels or refuses.
 * For JPEG no such thing is promised: libjpeg's fast code and its plain one differ on coefficients that no encoder
 * writes.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { InputRecipe } from "@radlite/model/format";
import { INPUT_LIMITS, recogniseKind } from "@radlite/model/input";
import sharp from "sharp";
import type { Numbers } from "../model/networks.ts";
import { concatBytes, mutateBytes, randomBytes } from "./bytes.ts";
import { type Segment, writeSegments } from "./jpeg.ts";
import { changeJpeg } from "./jpeg-changes.ts";
import { createPictures, largePicture, type Pictures } from "./pictures.ts";
import { type Chunk, encodeChunks, PNG_SIGNATURE } from "./png.ts";
import { changePng } from "./png-changes.ts";
import type * as Readers from "./readers.ts";
import { numbersOf, pickWeighted, type Target } from "./target.ts";

type Make = (pictures: Pictures, numbers: Numbers) => Uint8Array;

/** Hundred thousandths: a large picture takes a second. */
const MAKERS: readonly (readonly [weight: number, make: Make])[] = [
  [46_000, ({ png }, numbers) => changePng(numbers.pick(png), numbers, numbers.pick(png))],
  [46_000, ({ jpeg }, numbers) => changeJpeg(numbers.pick(jpeg), numbers, numbers.pick(jpeg))],
  [1000, ({ cmyk, jpeg }, numbers) => changeJpeg(numbers.pick(cmyk), numbers, numbers.pick(jpeg))],
  [6990, changeBlindly],
  [10, (_, numbers) => encode(largePicture(numbers))],
];

/** Above it a file may stand for many pixels, which only `prepareInput` promises to keep in memory once. */
const SHORT_BYTES = 8192;

const RECIPES: readonly InputRecipe[] = [
  { height: 64, width: 64, channels: 1, normalise: { kind: "per-image" } },
  {
    height: 20,
    width: 48,
    channels: 3 as const,
    normalise: { kind: "fixed", order: "bgr", mean: [100, 110, 120], scale: [0.01, 0.02, 0.03] },
  },
  {
    height: 1,
    width: 7,
    channels: 1 as const,
    trim: true as const,
    normalise: { kind: "fixed", order: "rgb", mean: [0], scale: [1] },
  },
  { height: 31, width: 5, channels: 3, trim: true, normalise: { kind: "per-image" } },
];

export async function createInputTarget(readers: typeof Readers): Promise<Target> {
  const pictures = await createPictures();
  const decodeInBrowser = readers.createDecoder(compileJpegDecoder);
  return {
    generate(seed, index) {
      const numbers = numbersOf(seed, index);
      return pickWeighted(numbers, MAKERS)(pictures, numbers);
    },
    /** What is done with a file follows from its length, so that a kept file is read again as it was. */
    async read(bytes) {
      const way = bytes.length % (bytes.length < SHORT_BYTES ? 2 * RECIPES.length : RECIPES.length);
      const recipe = RECIPES[way];
      if (recipe !== undefined) {
        checkTensor((await readers.prepareInput(bytes, recipe)).tensor, recipe);
        return;
      }
      const there = await settle(readers.decodeRadiograph(bytes));
      const here = await settle(decodeInBrowser(bytes).then(readers.toRadiograph));
      if (recogniseKind(bytes) === "png") compareDecoders(here, there);
      if ("error" in there) throw there.error;
      checkPixels(there.value);
    },
    passesHeader,
  };
}

let jpegDecoder: Promise<WebAssembly.Module> | undefined;

function compileJpegDecoder(): Promise<WebAssembly.Module> {
  const file = createRequire(import.meta.url).resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");
  jpegDecoder ??= WebAssembly.compile(readFileSync(file));
  return jpegDecoder;
}

/** Without repair: cut short, the wrong signature, noise behind the right one, nothing at all. */
function changeBlindly({ png, jpeg }: Pictures, numbers: Numbers): Uint8Array {
  const file = numbers.whole(0, 1) ? encodeChunks(numbers.pick(png)) : writeSegments(numbers.pick(jpeg));
  switch (numbers.whole(0, 4)) {
    case 0:
      return file.subarray(0, numbers.whole(0, file.length));
    case 1:
      return concatBytes(PNG_SIGNATURE, file);
    case 2:
      return concatBytes(Uint8Array.of(0xff, 0xd8, 0xff), randomBytes(numbers, numbers.whole(0, 200)));
    case 3:
      return randomBytes(numbers, numbers.whole(0, 50));
    default:
      return mutateBytes(file, numbers, file, 6);
  }
}

function encode(picture: Chunk[] | Segment[]): Uint8Array {
  return "type" in picture[0]! ? encodeChunks(picture as Chunk[]) : writeSegments(picture as Segment[]);
}

type Decoded = Awaited<ReturnType<typeof Readers.decodeRadiograph>>;
type Outcome = { value: Decoded } | { error: Error & { reason?: string } };

function settle(decoding: Promise<Decoded>): Promise<Outcome> {
  return decoding.then(
    (value) => ({ value }),
    (error: Error) => ({ error }),
  );
}

/** The browser may hand a file over to the server; it reads or refuses no other file than the server does. */
function compareDecoders(here: Outcome, there: Outcome): void {
  if ("error" in here) {
    if (here.error.reason === undefined) throw here.error;
    if (here.error.reason !== "NEEDS_SERVER" && "value" in there)
      throw new Error(`the browser refuses what the server reads: ${here.error.message}`);
  } else if ("error" in there) {
    throw new Error(`the browser reads what the server refuses: ${there.error.message}`);
  } else if (!isSamePicture(here.value, there.value)) {
    throw new Error("the browser reads other pixels than the server");
  }
}

function isSamePicture(one: Decoded, other: Decoded): boolean {
  return (
    one.width === other.width &&
    one.height === other.height &&
    one.channels === other.channels &&
    one.pixels.length === other.pixels.length &&
    one.pixels.every((level, i) => level === other.pixels[i])
  );
}

function checkPixels({ width, height, channels, pixels }: Decoded): void {
  if (pixels.length !== width * height * channels)
    throw new Error(`${pixels.length} pixels, expected ${width}x${height}x${channels}`);
  const wrong = pixels.findIndex((level) => !(level >= 0 && level <= 255));
  if (wrong >= 0) throw new Error(`pixel ${wrong} is ${pixels[wrong]}, expected 0 to 255`);
}

function checkTensor(tensor: Float32Array, { width, height, channels }: InputRecipe): void {
  if (tensor.length !== width * height * channels)
    throw new Error(`tensor of ${tensor.length}, expected ${height}x${width}x${channels}`);
  const wrong = tensor.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new Error(`tensor holds ${tensor[wrong]} at ${wrong}, expected finite numbers`);
}

/** The decoder's own word: a header that tells a size, and a size that is read. */
async function passesHeader(bytes: Uint8Array): Promise<boolean> {
  if (recogniseKind(bytes) === undefined) return false;
  const { minSide, maxSide, maxPixels } = INPUT_LIMITS;
  return sharp(bytes, { failOn: "warning", limitInputPixels: false })
    .metadata()
    .then(
      ({ width, height }) =>
        Math.min(width, height) >= minSide &&
        Math.max(width, height) <= maxSide &&
        width * height <= maxPixels,
      () => false,
    );
}
