/**
 * Pictures to damage: PNG of every colour type and depth, interlaced or not, with and without the chunks that
 * change their meaning; JPEG grey, colour and CMYK, sequential and progressive, sampled in many ways, turned by
 * EXIF. A hair above the smallest side that is read, so that decoding takes well under a millisecond.
 */
import { INPUT_LIMITS } from "@radlite/model/input";
import sharp, { type Sharp } from "sharp";
import { createNumbers, type Numbers } from "../model/networks.ts";
import { randomBytes } from "./bytes.ts";
import { flatJpeg } from "./flat-jpeg.ts";
import { MARKERS, readSegments, type Segment } from "./jpeg.ts";
import { type Chunk, type Colour, deflateZeros, fillLines, type PngHeader, pngChunks } from "./png.ts";

export interface Pictures {
  png: Chunk[][];
  jpeg: Segment[][];
  /** Decoding takes forty times as long as of the others. */
  cmyk: Segment[][];
}

const DEPTHS: Record<Colour, readonly number[]> = {
  grey: [1, 2, 4, 8, 16],
  rgb: [8, 16],
  palette: [1, 2, 4, 8],
  greyAlpha: [8, 16],
  rgba: [8, 16],
};
const SAMPLINGS: FlatSampling[] = [
  [[1, 1]],
  [[2, 2]],
  [
    [2, 2],
    [1, 1],
    [1, 1],
  ],
  [
    [2, 1],
    [1, 1],
    [1, 2],
  ],
  [
    [1, 1],
    [4, 1],
    [1, 1],
  ],
];

type FlatSampling = readonly (readonly [number, number])[];

export async function createPictures(): Promise<Pictures> {
  const numbers = createNumbers(20);
  const png = Object.entries(DEPTHS).flatMap(([colour, depths]) =>
    depths.flatMap((depth) =>
      [false, true].flatMap((interlaced) => {
        const header = { width: 33, height: 35, depth, colour: colour as Colour, interlaced };
        return [false, true].map((withExtras) => makePng(header, numbers, withExtras));
      }),
    ),
  );
  const flat = SAMPLINGS.flatMap((sampling) => [
    flatJpeg({ width: 40, height: 34, sampling }),
    flatJpeg({ width: 40, height: 34, sampling, coefficientScans: 5 }),
  ]);
  return { png, jpeg: [...flat, ...(await encodeJpegs(numbers))], cmyk: await encodeCmyk(numbers) };
}

/** A picture within the limits that takes kilobytes and stands for up to a quarter of a gigabyte. */
export function largePicture(numbers: Numbers): Chunk[] | Segment[] {
  const [width, height] = numbers.pick([
    [10_000, 32],
    [2000, 1500],
    [4000, 4000],
    [5350, 3100],
    [6400, 5000],
  ] as const);
  if (numbers.whole(0, 1)) {
    const scans = numbers.pick([undefined, 3, INPUT_LIMITS.maxScans - 1, 189]);
    return [
      ...flatJpeg({
        width,
        height,
        sampling: numbers.pick(SAMPLINGS),
        ...(scans === undefined ? {} : { coefficientScans: scans }),
      }),
    ];
  }
  const colour = numbers.pick(["grey", "rgb", "greyAlpha", "rgba"] as const);
  const header = { width, height, depth: numbers.pick([8, 16]), colour, interlaced: false };
  const samples = { grey: 1, rgb: 3, greyAlpha: 2, rgba: 4 }[colour];
  const bytes = height * (1 + (width * samples * header.depth) / 8);
  const [first, , ...rest] = pngChunks(header, new Uint8Array(0), []);
  return [first!, { type: "IDAT", data: deflateZeros(bytes) }, ...rest];
}

/** A TIFF structure with a single entry: the orientation (EXIF 2.3, tag 0x0112), in either byte order. */
export function exifBlock(numbers: Numbers): Uint8Array {
  const little = numbers.whole(0, 1) === 1;
  const block = new Uint8Array(26);
  const view = new DataView(block.buffer);
  block.fill(little ? 0x49 : 0x4d, 0, 2);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  view.setUint16(8, 1, little);
  view.setUint16(10, 0x0112, little);
  view.setUint16(12, 3, little);
  view.setUint32(14, 1, little);
  view.setUint16(18, numbers.whole(0, 9), little);
  return block;
}

export function exifSegment(numbers: Numbers): Segment {
  return {
    marker: MARKERS.APP1,
    data: Uint8Array.of(...new TextEncoder().encode("Exif"), 0, 0, ...exifBlock(numbers)),
    coded: new Uint8Array(0),
  };
}

function makePng(header: PngHeader, numbers: Numbers, withExtras: boolean): Chunk[] {
  const lines = fillLines(header, (position, isFilter) =>
    isFilter ? numbers.whole(0, 4) : (position * 7) & 0xff,
  );
  const entries = 2 ** Math.min(header.depth, 8);
  const palette = { type: "PLTE", data: randomBytes(numbers, 3 * entries) };
  const transparency = { type: "tRNS", data: transparencyOf(header, numbers, entries) };
  return pngChunks(header, lines, [
    ...(withExtras ? colourChunks() : []),
    ...(header.colour === "palette" ? [palette] : []),
    ...(withExtras && header.colour !== "greyAlpha" && header.colour !== "rgba" ? [transparency] : []),
    ...(withExtras ? [{ type: "eXIf", data: exifBlock(numbers) }] : []),
  ]);
}

function transparencyOf({ colour }: PngHeader, numbers: Numbers, entries: number): Uint8Array {
  if (colour === "palette") return randomBytes(numbers, entries);
  return new Uint8Array(colour === "grey" ? 2 : 6);
}

/** Gamma, chromaticities, significant bits are for the whole picture; the numbers are those of sRGB. */
function colourChunks(): Chunk[] {
  const chromaticities = new Uint8Array(32);
  const view = new DataView(chromaticities.buffer);
  [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000].forEach((value, i) => {
    view.setUint32(4 * i, value);
  });
  return [
    { type: "gAMA", data: Uint8Array.of(0, 0, 0xb1, 0x8f) },
    { type: "cHRM", data: chromaticities },
    { type: "tEXt", data: new TextEncoder().encode("Title\0radiograph") },
    { type: "pHYs", data: Uint8Array.of(0, 0, 0x0b, 0x13, 0, 0, 0x0b, 0x13, 1) },
  ];
}

function encodeJpegs(numbers: Numbers): Promise<Segment[][]> {
  const options = [
    { quality: 90 },
    { quality: 1 },
    { quality: 100, chromaSubsampling: "4:4:4" },
    { quality: 60, progressive: true },
    { quality: 60, mozjpeg: true },
    { quality: 30, optimiseCoding: false },
  ];
  return Promise.all(
    options.flatMap((option) =>
      (["b-w", "srgb"] as const).map(async (space) =>
        readSegments(await picture(numbers).toColourspace(space).jpeg(option).toBuffer()),
      ),
    ),
  );
}

function encodeCmyk(numbers: Numbers): Promise<Segment[][]> {
  return Promise.all(
    [{ quality: 90 }, { quality: 50, progressive: true }].map(async (option) =>
      readSegments(await picture(numbers).toColourspace("cmyk").jpeg(option).toBuffer()),
    ),
  );
}

function picture(numbers: Numbers): Sharp {
  const [width, height] = [41, 38];
  const pixels = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i >> 2) + numbers.whole(0, 30));
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}
