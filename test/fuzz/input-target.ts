/**
 * input: bytes into `prepareInput`, as a request brings them, and short ones into `decodeRadiograph` and the
 * browser's decoder too. Pixels must be as many as the size says and from 0 to 255, tensors as long as the
 * recipe says and finite.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { InputRecipe } from "@radlite/model/format";
import { INPUT_LIMITS, recogniseKind } from "@radlite/model/input";
import sharp from "sharp";
import type { Numbers } from "../model/networks.ts";
import { concatBytes, mutateBytes, randomBytes } from "./bytes.ts";
import { isFrame, MARKERS, type Segment, writeSegments } from "./jpeg.ts";
import { createPictures, exifBlock, exifSegment, largePicture, type Pictures } from "./pictures.ts";
import { type Chunk, deflate, encodeChunks, inflate, PNG_SIGNATURE } from "./png.ts";
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
    ...{ height: 20, width: 48, channels: 3 as const },
    normalise: { kind: "fixed", order: "bgr", mean: [100, 110, 120], scale: [0.01, 0.02, 0.03] },
  },
  {
    ...{ height: 1, width: 7, channels: 1 as const },
    normalise: { kind: "fixed", order: "rgb", mean: [0], scale: [1] },
  },
  { height: 31, width: 5, channels: 3, normalise: { kind: "per-image" } },
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
      const way = bytes.length % (RECIPES.length + (bytes.length < SHORT_BYTES ? 2 : 0));
      const recipe = RECIPES[way];
      if (recipe !== undefined) checkTensor((await readers.prepareInput(bytes, recipe)).tensor, recipe);
      else if (way === RECIPES.length) checkPixels(await readers.decodeRadiograph(bytes));
      else checkPixels(readers.toRadiograph(await decodeInBrowser(bytes)));
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

function changePng(chunks: Chunk[], numbers: Numbers, donor: Chunk[]): Uint8Array {
  const changed = [...chunks];
  for (let change = numbers.whole(0, 2); change >= 0; change--) {
    const at = numbers.whole(0, changed.length - 1);
    const chunk = changed[at];
    if (chunk === undefined) break;
    const other = numbers.pick(donor);
    const kind = numbers.whole(0, 11);
    if (kind <= 3) changed[at] = { ...chunk, data: mutateBytes(chunk.data, numbers, other.data, 2) };
    else if (kind <= 6) changePixels(changed, numbers);
    else if (kind === 7) splitPixels(changed, numbers);
    else if (kind === 8) changed.splice(at, 1);
    else if (kind === 9) changed.splice(at, 0, numbers.whole(0, 2) ? other : inventChunk(numbers));
    else if (kind === 10)
      changed.splice(1, 0, { type: "eXIf", data: mutateBytes(exifBlock(numbers), numbers, other.data) });
    else changed[at] = { ...chunk, type: numbers.pick(CHUNK_TYPES) };
  }
  return encodeChunks(changed);
}

const CHUNK_TYPES = [
  ...["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "hIST"],
  ...["sPLT", "pHYs", "tIME", "tEXt", "zTXt", "iTXt", "eXIf", "acTL", "fcTL", "fdAT", "CgBI", "teSt"],
];

function inventChunk(numbers: Numbers): Chunk {
  return {
    type: numbers.pick(CHUNK_TYPES),
    data: randomBytes(numbers, numbers.pick([0, 1, 4, 13, 26, 300])),
  };
}

/** Changes lines and pixels and packs them again, so that the stream is sound and what it holds is not. */
function changePixels(chunks: Chunk[], numbers: Numbers): void {
  const at = chunks.findIndex(({ type }) => type === "IDAT");
  const lines = at < 0 ? undefined : inflate(chunks[at]!.data);
  if (lines !== undefined) chunks[at] = { type: "IDAT", data: deflate(mutateBytes(lines, numbers, lines)) };
}

/** The same stream over several chunks, one of them empty at times. */
function splitPixels(chunks: Chunk[], numbers: Numbers): void {
  const at = chunks.findIndex(({ type }) => type === "IDAT");
  if (at < 0) return;
  const { data } = chunks[at]!;
  const cut = numbers.whole(0, data.length);
  const parts = [data.subarray(0, cut), data.subarray(cut)].map((part) => ({ type: "IDAT", data: part }));
  chunks.splice(at, 1, ...parts);
}

function changeJpeg(segments: Segment[], numbers: Numbers, donor: Segment[]): Uint8Array {
  const changed = [...segments];
  for (let change = numbers.whole(0, 2); change >= 0; change--) {
    const at = numbers.whole(0, changed.length - 1);
    const segment = changed[at];
    if (segment === undefined) break;
    const other = numbers.pick(donor);
    const kind = numbers.whole(0, 11);
    if (kind <= 2) changed[at] = { ...segment, data: mutateBytes(segment.data, numbers, other.data, 2) };
    else if (kind <= 5) changeCoded(changed, numbers, other);
    else if (kind === 6) changeFrame(changed, numbers);
    else if (kind === 7) changed.splice(at, 1);
    else if (kind === 8) changed.splice(at, 0, other);
    else if (kind === 9) changed.splice(1, 0, exifSegment(numbers));
    else if (kind === 10) {
      const exif = exifSegment(numbers);
      changed.splice(1, 0, { ...exif, data: mutateBytes(exif.data, numbers, other.data) });
    } else changed.splice(numbers.whole(1, 3), 0, inventSegment(numbers));
  }
  return writeSegments(changed);
}

function changeCoded(segments: Segment[], numbers: Numbers, donor: Segment): void {
  const scans = [...segments.keys()].filter((at) => segments[at]!.marker === MARKERS.SOS);
  if (scans.length === 0) return;
  const at = numbers.pick(scans);
  segments[at] = { ...segments[at]!, coded: mutateBytes(segments[at]!.coded, numbers, donor.coded) };
}

/** Other sides, precision or components, at places where they are. */
function changeFrame(segments: Segment[], numbers: Numbers): void {
  const at = segments.findIndex(isFrame);
  if (at < 0) return;
  const data = Uint8Array.from(segments[at]!.data);
  data[numbers.whole(0, data.length - 1)] = numbers.pick([0, 1, 2, 3, 4, 8, 12, 16, 0x11, 0x22, 0x44, 255]);
  segments[at] = {
    ...segments[at]!,
    data,
    marker: numbers.pick([segments[at]!.marker, 0xc0, 0xc1, 0xc2, 0xc3, 0xc9]),
  };
}

function inventSegment(numbers: Numbers): Segment {
  const marker = numbers.pick([0xc4, 0xcc, 0xdb, 0xdc, 0xdd, 0xde, 0xe0, 0xe1, 0xe2, 0xed, 0xee, 0xfe]);
  const data =
    marker === MARKERS.DRI
      ? Uint8Array.of(0, numbers.whole(0, 9))
      : randomBytes(numbers, numbers.pick([0, 1, 12, 64, 65, 300]));
  return { marker, data, coded: new Uint8Array(0) };
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

function checkPixels({
  width,
  height,
  channels,
  pixels,
}: Awaited<ReturnType<typeof Readers.decodeRadiograph>>): void {
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
