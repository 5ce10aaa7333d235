/**
 * PNG by fast-png: every depth and colour type, check sums held. The pixels are unpacked here, no further than the
 * header promises, and handed over as they are; palettes and levels of less than 8 bits are spread out here too;
 * alpha and 16 bits are flattened by the code that Node uses.
 */
import { convertIndexedToRgb, type DecodedPng, decode } from "fast-png";
import { type Levels, whiteOf } from "../levels.ts";
import {
  COLOUR_TYPES,
  contentsOf,
  FRAME_BYTES,
  joinChunks,
  type PngFile,
  readPngChunks,
  requireCheckSums,
} from "../png-chunks.ts";
import { storePixels } from "../png-stored.ts";
import { refuseDamaged, requireMemory, requireSize } from "../refusals.ts";
import { inflatePixels } from "./png-pixels.ts";
import { refuseHere } from "./refusal.ts";

/** Bits of a colour type: a palette or three channels; an alpha channel. PNG, 11.2.2. */
const COLOUR_BITS = 0b011;
const ALPHA_BIT = 0b100;

/** An IEND chunk; its check sum is not looked at. */
const END = Uint8Array.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0, 0, 0, 0);

/**
 * @throws BAD_INPUT with reason NOT_AN_IMAGE, TOO_SMALL or TOO_LARGE; NEEDS_SERVER for EXIF, for colour keys, for
 *   bytes behind the pixels, and for interlaced levels of less than 8 bits, which fast-png gets wrong.
 */
export async function decodePng(bytes: Uint8Array): Promise<Levels> {
  const file = readPngChunks(bytes);
  requireSize(file);
  const { width, height, depth, colour, isInterlaced, chunks } = file;
  const channels = (colour & COLOUR_BITS) === 0 ? 1 : 3;
  const has = (name: string) => chunks.some(({ type }) => type === name);
  requireMemory({
    width,
    height,
    depth: depth === 16 ? 16 : 8,
    channels,
    hasAlpha: (colour & ALPHA_BIT) !== 0 || has("tRNS"),
  });
  if (isInterlaced && depth < 8) return refuseHere(`this PNG file is interlaced at ${depth} bits a level`);
  if (has("eXIf")) return refuseHere("this PNG file may be turned by its EXIF data");
  if (has("tRNS") && colour !== COLOUR_TYPES.palette)
    return refuseHere("this PNG file has a colour that stands for transparent");
  requirePalette(file);
  for (const chunk of chunks) requireCheckSums(bytes, chunk);
  const { levels, stored } = readLevels(await unpack(bytes, file), colour);
  const hasAlpha = stored === 2 || stored === 4;
  const white = levels instanceof Uint16Array ? whiteOf(levels, stored, hasAlpha) : 255;
  return { width, height, levels, stored, channels, hasAlpha, white };
}

/** PNG, 11.2.2 and 11.3.1.1: at most 256 colours of three bytes, and no more alpha values than colours. */
function requirePalette({ chunks }: PngFile): void {
  const lengthOf = (name: string) => {
    const chunk = chunks.find(({ type }) => type === name);
    return chunk ? chunk.end - chunk.start - FRAME_BYTES : 0;
  };
  if (lengthOf("PLTE") > 3 * 256) refuseDamaged("png", new Error("it has more colours than a byte names"));
  if (3 * lengthOf("tRNS") > lengthOf("PLTE"))
    refuseHere("this PNG file has transparency for colours that it lacks");
}

/** The same picture with its pixels not packed: they are unpacked once, and no more of them than there may be. */
async function unpack(bytes: Uint8Array, file: PngFile): Promise<Uint8Array<ArrayBuffer>> {
  const ofType = (type: string) => file.chunks.find((chunk) => chunk.type === type)!;
  const lines = await inflatePixels([...contentsOf(bytes, ofType("IDAT"))], file);
  const before = file.chunks.slice(0, file.chunks.indexOf(ofType("IDAT")));
  return joinChunks([...before.map(({ start, end }) => bytes.subarray(start, end)), storePixels(lines), END]);
}

/** A palette that follows another colour type than its own is a suggestion, or a mistake; it is not used. */
function readLevels(bytes: Uint8Array, colour: number): Pick<Levels, "levels" | "stored"> {
  try {
    const png: DecodedPng = decode(bytes);
    const isGrey = colour === COLOUR_TYPES.grey;
    const palette =
      colour === COLOUR_TYPES.palette ? png.palette : isGrey ? greyLevels(png.depth) : undefined;
    if (colour === COLOUR_TYPES.palette && !palette) throw new Error("it has no palette");
    if (palette) return { levels: convertIndexedToRgb({ ...png, palette }), stored: palette[0]!.length };
    return { levels: png.data as Uint8Array | Uint16Array, stored: png.channels };
  } catch (cause) {
    return refuseDamaged("png", cause as Error);
  }
}

/** Grey of 1, 2 or 4 bits as a palette: evenly spread over 0 to 255. Undefined for the other depths. */
function greyLevels(depth: number): number[][] | undefined {
  if (depth >= 8) return undefined;
  const count = 2 ** depth;
  return Array.from({ length: count }, (_, level) => new Array<number>(3).fill((255 * level) / (count - 1)));
}
