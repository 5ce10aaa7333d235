/**
 * A JPEG or PNG file as a raster: full resolution (nothing scaled during decoding), upright (EXIF orientation
 * applied), without alpha, pixels as the file has them (colour profiles are ignored, as in the training data).
 * Refuses by reason what is no image, too small, too large or damaged; sizes and scans are read from the file first.
 */
import sharp, { type Metadata } from "sharp";
import { readJpegHeader } from "./jpeg-header.ts";
import { whiteOf } from "./levels.ts";
import { readPngChunks, withoutOthers } from "./png-chunks.ts";
import { type DecodedLevels, type DecodedRadiograph, toRadiograph } from "./prepare.ts";
import { type LevelsHeader, refuseDamaged, requireKind, requireMemory, requireSize } from "./refusals.ts";

// One picture at a time on a small function: results are never asked for twice, and threads only cost memory.
sharp.cache(false);
sharp.concurrency(1);

/** Of a JPEG: grey, three colours, CMYK. */
const COMPONENTS = [1, 3, 4];

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
  const file = kind === "png" ? withoutOthers(bytes, readPngChunks(bytes)) : bytes;
  const known = kind === "jpeg" ? headerOfJpeg(bytes) : undefined;
  // "warning" also refuses what libjpeg would paper over. The limit on pixels is held below, by name.
  const options = { failOn: "warning", limitInputPixels: false, ignoreIcc: true } as const;
  const header =
    known ??
    (await sharp(file, options)
      .metadata()
      .then(toHeader, (cause) => refuseDamaged(kind, cause)));
  requireSize(header);
  requireMemory(header);
  const { width: wide, height: high, depth, channels, hasAlpha } = header;
  const { data, info } = await sharp(file, { ...options, limitInputPixels: wide * high })
    .autoOrient()
    .toColourspace(workingSpace(header))
    .raw({ depth: depth === 16 ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch((cause) => refuseDamaged(kind, cause));
  const levels =
    depth === 16
      ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
      : new Uint8Array(data.buffer, data.byteOffset, data.length);
  const { channels: stored, width, height } = info;
  const white = levels instanceof Uint16Array ? whiteOf(levels, stored, hasAlpha) : 255;
  const release = () => giveBack(data.buffer);
  return { kind, width, height, levels, stored, channels, hasAlpha, white, release };
}

/**
 * At once, where the runtime can (Node 20 when it is told to: cli/score/threads.ts). Otherwise pictures pile up outside
 * V8's heap until it comes to look for them, which takes longer than to give one back, and each is decoded into memory
 * that is in no cache and that the system has yet to clear.
 */
function giveBack(buffer: ArrayBuffer & { transfer?(bytes: number): ArrayBuffer }): void {
  buffer.transfer?.(0);
}

/** A JPEG's own header says all that is asked of one; sharp takes a quarter of a small picture's time to say it. */
function headerOfJpeg(bytes: Uint8Array): LevelsHeader | undefined {
  const frame = readJpegHeader(bytes);
  if (!frame || !COMPONENTS.includes(frame.components)) return undefined;
  const { width, height, components } = frame;
  return { width, height, depth: 8, channels: components === 1 ? 1 : 3, hasAlpha: false };
}

const toHeader = ({ width, height, depth, space, hasAlpha }: Metadata): LevelsHeader => ({
  ...{ width, height, hasAlpha },
  depth: depth === "ushort" ? 16 : 8,
  channels: space === "b-w" || space === "grey16" ? 1 : 3,
});

/** Where the levels stay what the file says. 8-bit grey with alpha goes through RGB: "b-w" would drop its alpha. */
function workingSpace({ channels, depth, hasAlpha }: LevelsHeader): string {
  if (channels === 3) return depth === 16 ? "rgb16" : "srgb";
  if (depth === 16) return "grey16";
  return hasAlpha ? "srgb" : "b-w";
}
