/**
 * The groups of like looks among the images that a network trains on, from these alone: labels have no part, nor has
 * any image that is kept back. Looks are measured of the whole listing, as `radlite data check` does, so that they lie
 * in the cache whatever is kept back.
 */
import { measureTraits } from "../check/traits.ts";
import type { DecodeOptions } from "../decoding.ts";
import type { Radiograph } from "../listing.ts";
import { groupLooks } from "./group-looks.ts";

/** One group an image of `images`, which decode and are among those of the `listing`. */
export async function findGroups(
  images: readonly Radiograph[],
  listing: Radiograph[],
  options?: DecodeOptions,
): Promise<Uint8Array> {
  const { images: measured, looks } = await measureTraits(listing, options);
  const lookOf = new Map(measured.map(({ sha256 }, at) => [sha256, looks[at]!]));
  return groupLooks(images.map(({ sha256 }) => lookOf.get(sha256)!)).of;
}
