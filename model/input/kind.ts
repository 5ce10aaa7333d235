/**
 * The kind of an image file, known by its first bytes alone. Declared types and file names are hearsay: they
 * are never asked.
 */
import { isDicom } from "./dicom-signature.ts";

export const IMAGE_KINDS = ["jpeg", "png", "dicom"] as const;

export type ImageKind = (typeof IMAGE_KINDS)[number];

const SIGNATURES: Record<Exclude<ImageKind, "dicom">, readonly number[]> = {
  jpeg: [0xff, 0xd8, 0xff], // start of image, then any marker
  png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
};

/** The kind whose signature the bytes start with, or undefined for anything that Radlite does not read. */
export function recogniseKind(bytes: Uint8Array): ImageKind | undefined {
  return IMAGE_KINDS.find((kind) =>
    kind === "dicom" ? isDicom(bytes) : SIGNATURES[kind].every((byte, i) => bytes[i] === byte),
  );
}
