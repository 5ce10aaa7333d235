/**
 * A JPEG or PNG file as a raster: full resolution (nothing scaled during decoding), upright (EXIF orientation
 * applied), without alpha, pixels as the file has them (colour profiles are ignored, as in the training data).
 * Refuses by reason what is no image, too small, too large or damaged; sizes come from the header, first.
 */
import { RadliteError } from "@radlite/model/errors";
import sharp, { type Metadata } from "sharp";
import { IMAGE_KINDS, type ImageKind, recogniseKind } from "./kind.ts";
import { INPUT_LIMITS } from "./limits.ts";
import type { Pixels, Raster } from "./raster.ts";

// One picture at a time on a small function: results are never asked for twice, and threads only cost memory.
sharp.cache(false);
sharp.concurrency(1);

export interface DecodedRadiograph extends Raster {
  kind: ImageKind;
}

/** 65535 / 255: what a 16-bit level is divided by. */
const LEVELS_16_PER_8 = 257;

/**
 * Decodes a file of 1 to 16 bits a channel; grey, palette, RGB or CMYK, each with or without alpha.
 * Alpha is composited on black: outside the collimator a radiograph is black too. 16 bits become fractions of
 * a grey level, 65535 -> 255, and no two levels fall together.
 * @throws BAD_INPUT with reason NOT_AN_IMAGE (415 for another kind of file, 400 for an empty or damaged one),
 *   TOO_SMALL (400) or TOO_LARGE (413).
 */
export async function decodeRadiograph(bytes: Uint8Array): Promise<DecodedRadiograph> {
  const kind = requireKind(bytes);
  // The limit on pixels is held below, by name; "warning" also refuses what libjpeg would paper over.
  const image = sharp(bytes, { failOn: "warning", limitInputPixels: false, ignoreIcc: true });
  const header = await image.metadata().catch((cause) => refuseDamaged(kind, cause));
  requireSize(header);
  const { data, info } = await image
    .autoOrient()
    .toColourspace(workingSpace(header))
    .raw({ depth: isDeep(header) ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch((cause) => refuseDamaged(kind, cause));
  const levels = isDeep(header)
    ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
    : new Uint8Array(data.buffer, data.byteOffset, data.length);
  const channels = isGrey(header) ? 1 : 3;
  const pixels = flatten(levels, info.channels, channels, header.hasAlpha);
  return { kind, width: info.width, height: info.height, channels, pixels };
}

function requireKind(bytes: Uint8Array): ImageKind {
  const kind = recogniseKind(bytes);
  if (kind) return kind;
  const expected = `expected the bytes of a ${IMAGE_KINDS.map((one) => one.toUpperCase()).join(" or ")} file`;
  if (bytes.length === 0) {
    throw new RadliteError("BAD_INPUT", `the radiograph is empty: ${expected}`, { reason: "NOT_AN_IMAGE" });
  }
  const start = Buffer.from(bytes.subarray(0, 8)).toString("hex");
  throw new RadliteError(
    "BAD_INPUT",
    `the radiograph is no image: ${expected}, got bytes starting ${start}`,
    {
      reason: "NOT_AN_IMAGE",
      status: 415,
    },
  );
}

function requireSize({ width, height }: Metadata): void {
  const { minSide, maxSide, maxPixels } = INPUT_LIMITS;
  const size = `the radiograph is ${width}x${height} pixels`;
  if (width > maxSide || height > maxSide || width * height > maxPixels) {
    throw new RadliteError(
      "BAD_INPUT",
      `${size}; at most ${maxSide} a side and ${maxPixels / 1e6} million in all are read: send a smaller copy`,
      { reason: "TOO_LARGE", status: 413 },
    );
  }
  if (width < minSide || height < minSide) {
    throw new RadliteError("BAD_INPUT", `${size}; at least ${minSide} a side are needed: send the original`, {
      reason: "TOO_SMALL",
    });
  }
}

function refuseDamaged(kind: ImageKind, cause: Error): never {
  const [detail] = cause.message.split("\n");
  throw new RadliteError(
    "BAD_INPUT",
    `the ${kind.toUpperCase()} file is damaged or cut short (${detail}): send it again, whole`,
    { reason: "NOT_AN_IMAGE", cause },
  );
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

/** Drops surplus channels, composites alpha (always the last) on black, and scales 16 bits to [0, 255]. */
function flatten(
  levels: Uint8Array | Uint16Array,
  stored: number,
  channels: 1 | 3,
  hasAlpha: boolean,
): Pixels {
  const deep = levels instanceof Uint16Array;
  if (stored === channels && !deep) return levels;
  const scale = deep ? LEVELS_16_PER_8 : 1;
  const opaque = deep ? 65535 : 255;
  const pixels = new Float32Array((levels.length / stored) * channels);
  for (let i = 0, p = 0; i < pixels.length; i += channels, p += stored) {
    const opacity = hasAlpha ? levels[p + stored - 1]! / opaque : 1;
    for (let c = 0; c < channels; c++) pixels[i + c] = (levels[p + c]! / scale) * opacity;
  }
  return pixels;
}
