/**
 * The best version of each class of size, by a rule that looks at no test figure: of those that break the fewest rules
 * of the model's policy the one of the highest balanced accuracy on `stress`, then the smallest, then the one that was
 * registered first. Balanced accuracy alone, over all changes, would choose networks that one change makes blind; the
 * policy asks for the worst one.
 */
import { STRESS } from "@radlite/registry/bundle";
import type { State, Version } from "@radlite/registry/log";
import { requireModel } from "../lookup.ts";
import { metricsOf } from "../metrics.ts";
import { findFailedRules } from "../policy.ts";

/** 1 kB is 1,000 bytes; a class is above the limit before it, up to its own. */
export const SIZE_CLASSES_KB = [1, 4, 16, 64] as const;

export interface BestOfClass {
  kB: (typeof SIZE_CLASSES_KB)[number];
  version: Version;
}

/** Classes without a version on `stress` are left out. @throws NOT_FOUND for the model. */
export function bestOfClasses(state: State, model: string): BestOfClass[] {
  const judged = requireModel(state, model).versions.flatMap((version) => {
    const worth = metricsOf(version, STRESS)?.balancedAccuracy.value;
    if (worth === undefined || version.archivedAt !== undefined) return [];
    return [{ version, worth, broken: countBroken(state, version) }];
  });
  return SIZE_CLASSES_KB.flatMap((kB, at) => {
    const above = 1000 * (SIZE_CLASSES_KB[at - 1] ?? 0);
    const ofClass = judged.filter(
      ({ version: { sizeBytes } }) => sizeBytes > above && sizeBytes <= 1000 * kB,
    );
    const [best] = ofClass.sort(
      (a, b) =>
        a.broken - b.broken ||
        b.worth - a.worth ||
        a.version.sizeBytes - b.version.sizeBytes ||
        a.version.number - b.version.number,
    );
    return best ? [{ kB, version: best.version }] : [];
  });
}

/** But for the drop against production, which says whether to change over and not how good a version is. */
const countBroken = (state: State, version: Version): number =>
  findFailedRules(state, version).filter(({ rule }) => rule !== "maxAucDrop").length;
