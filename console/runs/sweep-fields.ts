/** In what recipes differ: every value of each under its place, as filters name it, such as `stages.0.sparsity`. */

/** What people call a recipe, and what is drawn anew for each of its seeds, is not what a sweep is about. */
const OTHER = /^(name|description|model)$|(^|\.)seed$/;

export type Fields = ReadonlyMap<string, string>;

export function flatten(value: unknown, path = ""): Fields {
  if (typeof value !== "object" || value === null) return new Map([[path, String(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...flatten(inner, path === "" ? key : `${path}.${key}`),
    ]),
  );
}

/** Places in which at least two of the recipes differ: those of most values first. */
export function findVarying(recipes: readonly Fields[]): string[] {
  const paths = new Set(recipes.flatMap((fields) => [...fields.keys()]));
  const counts = [...paths].map(
    (path) => [path, new Set(recipes.map((fields) => fields.get(path)).filter(isThere)).size] as const,
  );
  return counts
    .filter(([path, count]) => count > 1 && !OTHER.test(path))
    .sort(([one, count], [other, others]) => others - count || (one < other ? -1 : 1))
    .map(([path]) => path);
}

const isThere = (value: string | undefined): value is string => value !== undefined;

export interface Placed<Version> {
  version: Version;
  /** What its recipe says there. */
  at: string;
}

/** By what they say there, numbers by their size; those that say nothing are left out. */
export function placeAll<Version>(
  versions: readonly Version[],
  recipes: readonly Fields[],
  path: string,
): Placed<Version>[] {
  return versions
    .flatMap((version, i) => {
      const at = recipes[i]!.get(path);
      return at === undefined ? [] : [{ version, at }];
    })
    .sort(({ at: one }, { at: other }) => Number(one) - Number(other) || (one < other ? -1 : 1));
}
