/**
 * Pictures of radiographs that a caller may be shown. The registry knows hashes alone: whether a server has the files,
 * and for whom, is its own to say.
 */
import { quote, RadliteError } from "@radlite/model/errors";

export interface Picture {
  /** SHA-256 of the file, in hex. */
  image: string;
  /** Name of a configured data set in which it lies. */
  dataset: string;
}

/** Those of the images that there are pictures of, for whoever asks. */
export type FindPictures = (images: readonly string[]) => Promise<Picture[]>;

export const MOST_PICTURES = 100; // as many as a page may have

/** @throws BAD_INPUT for too many, and for what is no SHA-256. */
export function requireImageNames(images: readonly string[]): void {
  if (images.length > MOST_PICTURES) {
    throw new RadliteError(
      "BAD_INPUT",
      `images has ${images.length} entries; ${MOST_PICTURES} at most are looked for at once.`,
    );
  }
  const other = images.find((image) => !/^[0-9a-f]{64}$/.test(image));
  if (other !== undefined) {
    throw new RadliteError(
      "BAD_INPUT",
      `images has ${quote(other)}; an image is named by its SHA-256: 64 lower-case hex digits.`,
    );
  }
}
