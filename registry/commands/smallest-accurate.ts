/**
 * The smallest version that is accurate enough. Segments are walked in the order of their smallest versions, each of
 * them from there up to the first whose figures reach every minimum, and no further than the smallest found so far.
 */
import type { Policy, Segment, State, Version } from "@radlite/registry/log";
import { requireModel } from "./lookup.ts";
import { policyOf, setsOf } from "./policy.ts";
import { requireSet } from "./sets.ts";
import { boundColumn, COLUMNS, rankSegments, readColumns, sortPlaces } from "./version-columns.ts";

/** The smallest version in bytes that breaks no rule of the policy but the drop against production, or undefined. */
export function smallestAccurate(
  state: State,
  { model, policy = policyOf(state, model) }: { model: string; policy?: Policy },
): Version | undefined {
  const { versions } = requireModel(state, model);
  for (const set of setsOf(policy)) requireSet(state, set, model);
  let smallest: Version[] = [];
  const mostBytes = () => smallest[0]?.sizeBytes ?? Number.POSITIVE_INFINITY;
  const look = (segment: Segment<Version>) => {
    const found = findSmallest(segment, policy, mostBytes());
    if (found.length === 0) return;
    smallest = found[0]!.sizeBytes === smallest[0]?.sizeBytes ? [...smallest, ...found] : found;
  };
  const { full, segments } = versions;
  const { order, first } = rankSegments(full, COLUMNS.sizeBytes, "ASC");
  for (const segment of segments.slice(full.length)) look(segment);
  for (const at of order) {
    if (first[at]! > mostBytes()) break;
    look(full[at]!);
  }
  return smallest.sort((a, b) => aucOf(b, policy.dropOn) - aucOf(a, policy.dropOn) || a.number - b.number)[0];
}

/** Those of the fewest bytes that meet the policy; none where all of them have more than `atMostBytes`. */
function findSmallest(segment: Segment<Version>, { rules }: Policy, atMostBytes: number): Version[] {
  const minimums = rules.map(({ figure, bound, set }) => boundColumn(figure, bound, set));
  const [sizes, isEligible, ...figures] = readColumns(segment, [
    COLUMNS.sizeBytes,
    COLUMNS.isEligible,
    ...minimums,
  ]) as [Float64Array, Float64Array, ...Float64Array[]];
  const found: number[] = [];
  for (const place of sortPlaces(segment, COLUMNS.sizeBytes, "ASC")) {
    const most = found.length > 0 ? sizes[found[0]!]! : atMostBytes;
    if (sizes[place]! > most) break;
    const passes = isEligible[place] === 1 && figures.every((values, at) => values[place]! >= rules[at]!.min);
    if (passes) found.push(place);
  }
  return found.map((place) => segment.items()[place]!);
}

const aucOf = (version: Version, set: string): number => version.evaluations.get(set)?.auc.value ?? 0;
