/**
 * What is no radiograph, in the words that every decoder uses: another kind of file, a picture too small or too
 * large, a damaged one. Sizes come from the header and are held against the limits before a pixel is decoded.
 */
import { RadliteError } from "@radlite/model/errors";
import { type ImageKind, recogniseKind } from "./kind.ts";
import { INPUT_LIMITS } from "./limits.ts";

const EXPECTED = "expected the bytes of a JPEG, PNG or DICOM file";
const OTHER_KIND = { reason: "NOT_AN_IMAGE", status: 415 } as const;

/**
 * Rejects with BAD_INPUT and reason NOT_AN_IMAGE: 400 for no bytes at all, 415 for those of another kind of file. The
 * names of those come with the first of them: a page that reads radiographs alone does without.
 */
export async function requireKind(bytes: Uint8Array): Promise<ImageKind> {
  const kind = recogniseKind(bytes);
  if (kind) return kind;
  if (bytes.length === 0) {
    throw new RadliteError("BAD_INPUT", `the radiograph is empty: ${EXPECTED}`, { reason: "NOT_AN_IMAGE" });
  }
  const { recogniseForeign } = await import("./foreign.ts");
  const foreign = recogniseForeign(bytes);
  if (foreign) refuseForeign(foreign.name, foreign.advice);
  const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  throw new RadliteError(
    "BAD_INPUT",
    `the radiograph is no image: ${EXPECTED}, got bytes starting ${start}`,
    OTHER_KIND,
  );
}

/**
 * Throws BAD_INPUT with reason NOT_AN_IMAGE (415).
 * @param name as in "the file is JPEG-LS"
 */
export function refuseForeign(name: string, advice = "save it as one of them"): never {
  throw new RadliteError(
    "BAD_INPUT",
    `the file is ${name}, which is not read: ${EXPECTED}; ${advice}`,
    OTHER_KIND,
  );
}

/** @throws BAD_INPUT with reason TOO_LARGE (413) or TOO_SMALL (400). */
export function requireSize({ width, height }: { width: number; height: number }): void {
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

/** What a header says of the levels that a decoder will deliver. */
export interface LevelsHeader {
  width: number;
  height: number;
  /** Bits of a delivered level: files of 1 to 7 bits give 8. */
  depth: 8 | 16;
  /** Without alpha. */
  channels: 1 | 3;
  hasAlpha: boolean;
}

/** @throws BAD_INPUT with reason TOO_LARGE (413) where the levels take more than `INPUT_LIMITS.maxDecodedBytes`. */
export function requireMemory({ width, height, depth, channels, hasAlpha }: LevelsHeader): void {
  const bytes = width * height * (channels + (hasAlpha ? 1 : 0)) * (depth / 8);
  if (bytes <= INPUT_LIMITS.maxDecodedBytes) return;
  const colour = `${channels === 1 ? "grey" : "colour"}${hasAlpha ? " with alpha" : ""}`;
  throw new RadliteError(
    "BAD_INPUT",
    `the radiograph is ${width}x${height} pixels of ${depth}-bit ${colour}, which take ${(bytes / 1e6).toFixed(1)} MB decoded; at most ${INPUT_LIMITS.maxDecodedBytes / 1e6} MB are read: send it in grey or 8 bits, or a smaller copy`,
    { reason: "TOO_LARGE", status: 413 },
  );
}

/**
 * Throws BAD_INPUT with reason NOT_AN_IMAGE. The decoder's words are its cause and no part of it: libvips collects
 * those of all threads, so which of them come with an error is chance.
 */
export function refuseDamaged(kind: ImageKind, cause: Error): never {
  throw new RadliteError(
    "BAD_INPUT",
    `the ${kind.toUpperCase()} file is damaged or cut short: send it again, whole`,
    { reason: "NOT_AN_IMAGE", cause },
  );
}
