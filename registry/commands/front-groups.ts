/**
 * Which versions can stand on one front, and which of them are one row of it: all judged on the same radiographs, changed
 * alike; and perhaps those of one recipe that differ in their seed alone put together.
 */
import type { Version } from "@radlite/registry/log";

export interface Comparable {
  /** Judged on the images of most versions, under one list of changes; in the order given. */
  versions: Version[];
  /** Digest of these images. */
  images: string | undefined;
  /** Judged on other images, or under another list of changes. */
  otherwise: Version[];
  /** Not judged on the set. */
  unjudged: Version[];
}

/** Among equally many the images that were judged on first. */
export function findComparable(versions: readonly Version[], set: string): Comparable {
  const samples = new Map<string, Version[]>();
  const unjudged: Version[] = [];
  for (const version of versions) {
    const summary = version.operatingPoint && version.evaluations.get(set);
    if (!summary) {
      unjudged.push(version);
      continue;
    }
    const { images, changed } = summary;
    const sample = changed ? `${images} ${changed.changes}` : images;
    const others = samples.get(sample);
    if (others) others.push(version);
    else samples.set(sample, [version]);
  }
  const most = [...samples.values()].reduce<Version[]>((a, b) => (b.length > a.length ? b : a), []);
  const otherwise = [...samples.values()].filter((one) => one !== most).flat();
  return { versions: most, images: most[0]?.evaluations.get(set)?.images, otherwise, unjudged };
}

/** Rows of versions; of a seed the latest one counts, where they come in the order of their registration. */
export function groupSeeds(versions: readonly Version[]): Version[][] {
  const groups = new Map<string, Map<number, Version>>();
  for (const version of versions) {
    const { model, recipe, recipeDigest, stageNames, pinned = "" } = version;
    const key = JSON.stringify([model, recipe, recipeDigest, stageNames, pinned]);
    const group = groups.get(key);
    if (group) group.set(version.seed, version);
    else groups.set(key, new Map([[version.seed, version]]));
  }
  return [...groups.values()].map((group) => [...group.values()]);
}
