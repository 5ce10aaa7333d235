/**
 * A JPEG or PNG file as a raster: full resolution (nothing scaled during decoding), upright (EXIF orientation
 * applied), without alpha, pixels as the file has them (colour profiles are ignored, as in the training data).
 * Refuses by reason what is no image, too small, too large or damaged; sizes and scans are read from the file first.
 */
import sharp, { type Metadata } from "sharp";
import { readJpegHeader } from "./jpeg-header.ts";
import type { ImageKind } from "./kind.ts";
import { whiteOf } from "./levels.ts";
import { readPngChunks, withoutOthers } from "./png-chunks.ts";
import { type DecodedLevels, type DecodedRadiograph, toRadiograph } from "./prepare.ts";
import { refuseDamaged, requireKind, requireMemory, requireSize } from "./refusals.ts";

// One picture at a time on a small function: results are never asked for twice, and threads only cost memory.
sharp.cache(false);
sharp.concurrency(1);

/** All pixels of a file; see `decodeLevels`. */
export async function decodeRadiograph(bytes: Uint8Array): Promise<DecodedRadiograph> {
  return toRadiograph(await decodeLevels(bytes));
}

/**
 * Decodes a file of 1 to 16 bits a channel; grey, palette, RGB or CMYK, each with or without alpha.
 * Alpha is composited on black; 16 bits become fractions of a grey level, the white of the bits in use -> 255.
 * @throws BAD_INPUT with reason NOT_AN_IMAGE (415 for another kind of file, 400 for an empty or damaged one),
 *   TOO_SMALL, TOO_MANY_SCANS (400) or TOO_LARGE (413).
 */
export async function decodeLevels(bytes: Uint8Array): Promise<DecodedLevels> {
  const kind = await requireKind(bytes);
  if (kind === "dicom") return { kind, ...(await (await import("./node/dicom.ts")).decodeDicomAside(bytes)) };
  // The limit on pixels is held below, by name; "warning" also refuses what libjpeg would paper over.
  const image = sharp(checkFile(kind, bytes), {
    failOn: "warning",
    limitInputPixels: false,
    ignoreIcc: true,
  });
  const header = await image.metadata().catch((cause) => refuseDamaged(kind, cause));
  requireSize(header);
  requireMemory({
    width: header.width,
    height: header.height,
    depth: isDeep(header) ? 16 : 8,
    channels: isGrey(header) ? 1 : 3,
    hasAlpha: header.hasAlpha,
  });
  const { data, info } = await image
    .autoOrient()
    .toColourspace(workingSpace(header))
    .raw({ depth: isDeep(header) ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch((cause) => refuseDamaged(kind, cause));
  const levels = isDeep(header)
    ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
    : new Uint8Array(data.buffer, data.byteOffset, data.length);
  const { channels: stored, width, height } = info;
  const { hasAlpha } = header;
  const white = levels instanceof Uint16Array ? whiteOf(levels, stored, hasAlpha) : 255;
  return { kind, width, height, levels, stored, channels: isGrey(header) ? 1 : 3, hasAlpha, white };
}

/** What the decoder is given: a file that is of a kind it reads, costs no more than it shows, and packs no text. */
function checkFile(kind: ImageKind, bytes: Uint8Array): Uint8Array {
  if (kind === "png") return withoutOthers(bytes, readPngChunks(bytes));
  readJpegHeader(bytes);
  return bytes;
}

const isDeep = ({ depth }: Metadata): boolean => depth === "ushort";
const isGrey = ({ space }: Metadata): boolean => space === "b-w" || space === "grey16";

/** Where the levels stay what the file says. 8-bit grey with alpha goes through RGB: "b-w" would drop its alpha. */
function workingSpace(header: Metadata): string {
  if (isGrey(header)) {
    if (isDeep(header)) return "grey16";
    return header.hasAlpha ? "srgb" : "b-w";
  }
  return isDeep(header) ? "rgb16" : "srgb";
}
