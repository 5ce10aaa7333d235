/**
 * Where a version with an artifact's digest stands among others: segment by segment, by an index of each that is made
 * once, or by the digests that its snapshot holds, so that nothing is read that is not asked for.
 */
import { SEGMENT_LENGTH, type Segment, type SegmentedList } from "./segmented-list.ts";

interface Artifact {
  readonly artifact: string;
}

/** @returns the index of the first version with that digest, or -1. */
export function findPlace({ segments }: SegmentedList<Artifact>, digest: string): number {
  const bytes = Buffer.from(digest, "hex");
  for (const [at, segment] of segments.entries()) {
    const place = segment.place?.(bytes) ?? placeIn(segment, digest);
    if (place >= 0) return at * SEGMENT_LENGTH + place;
  }
  return -1;
}

/** A short segment is made anew by each commit, which is no time for an index. */
function placeIn(segment: Segment<Artifact>, digest: string): number {
  if (segment.length < SEGMENT_LENGTH)
    return segment.items().findIndex(({ artifact }) => artifact === digest);
  return placesOf(segment).get(digest) ?? -1;
}

const places = new WeakMap<Segment<Artifact>, ReadonlyMap<string, number>>();

function placesOf(segment: Segment<Artifact>): ReadonlyMap<string, number> {
  let known = places.get(segment);
  if (!known) {
    const first = new Map<string, number>();
    for (const [place, { artifact }] of segment.items().entries()) {
      if (!first.has(artifact)) first.set(artifact, place);
    }
    known = first;
    places.set(segment, known);
  }
  return known;
}
