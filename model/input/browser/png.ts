/**
 * PNG by fast-png: every depth and colour type, check sums held. Palettes and levels of less than 8 bits are
 * spread out here; alpha and 16 bits are flattened by the code that Node uses.
 */
import { convertIndexedToRgb, type DecodedPng, decode } from "fast-png";
import type { Levels } from "../levels.ts";
import { refuseDamaged, requireMemory, requireSize } from "../refusals.ts";
import { refuseHere } from "./refusal.ts";

/** Bytes of the signature and of IHDR, which comes first and holds the size. PNG, 5.2 and 11.2.2. */
const SIGNATURE_BYTES = 8;
const HEADER_BYTES = SIGNATURE_BYTES + 25;
/** Colour types, and their bits: a palette or three channels; an alpha channel. PNG, 11.2.2. */
const GREY = 0;
const PALETTE = 3;
const COLOUR_BITS = 0b011;
const ALPHA_BIT = 0b100;
const CHUNK_FRAME_BYTES = 12; // length, type, check sum

/**
 * @throws BAD_INPUT with reason NOT_AN_IMAGE, TOO_SMALL or TOO_LARGE; NEEDS_SERVER for EXIF, for colour keys and
 *   for interlaced levels of less than 8 bits, which fast-png gets wrong.
 */
export function decodePng(bytes: Uint8Array): Levels {
  if (bytes.length < HEADER_BYTES) return refuseDamaged("png", new Error("it has no header"));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  requireSize(size);
  const [depth, colour, isInterlaced] = [view.getUint8(24), view.getUint8(25), view.getUint8(28) !== 0];
  const chunks = listChunks(view);
  // The last of several would be believed by fast-png, the first has been held against the limits here.
  if (chunks.filter((type) => type === "IHDR").length > 1)
    return refuseDamaged("png", new Error("it has more than one header"));
  const channels = (colour & COLOUR_BITS) === 0 ? 1 : 3;
  requireMemory({
    ...{ ...size, depth: depth === 16 ? 16 : 8, channels },
    hasAlpha: (colour & ALPHA_BIT) !== 0 || chunks.includes("tRNS"),
  });
  if (isInterlaced && depth < 8) return refuseHere(`this PNG file is interlaced at ${depth} bits a level`);
  if (chunks.includes("eXIf")) return refuseHere("this PNG file may be turned by its EXIF data");
  const { png, levels, stored } = readLevels(bytes, colour);
  if (png.transparency) return refuseHere("this PNG file has a colour that stands for transparent");
  return {
    ...{ width: png.width, height: png.height, levels, stored },
    ...{ channels, hasAlpha: stored === 2 || stored === 4 },
  };
}

interface ReadPng extends Pick<Levels, "levels" | "stored"> {
  png: DecodedPng;
}

/** A palette that follows another colour type than its own is a suggestion, or a mistake; it is not used. */
function readLevels(bytes: Uint8Array, colour: number): ReadPng {
  try {
    const png = decode(bytes, { checkCrc: true });
    const palette = colour === PALETTE ? png.palette : colour === GREY ? greyLevels(png.depth) : undefined;
    if (colour === PALETTE && !palette) throw new Error("it has no palette");
    if (palette) return { png, levels: convertIndexedToRgb({ ...png, palette }), stored: palette[0]!.length };
    return { png, levels: png.data as Uint8Array | Uint16Array, stored: png.channels };
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

/** The types of all chunks that begin inside the file. */
function listChunks(view: DataView): string[] {
  const types: string[] = [];
  for (
    let at = SIGNATURE_BYTES;
    at + CHUNK_FRAME_BYTES <= view.byteLength;
    at += CHUNK_FRAME_BYTES + view.getUint32(at)
  ) {
    types.push(String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(at + i))));
  }
  return types;
}
