/**
 * Conditions of a filter as predicates, made once for all versions that they are asked of. All that one names must
 * hold; what is not there (undefined) holds none of them.
 */
export interface NumberFilter {
  eq?: number;
  in?: readonly number[];
  gte?: number;
  lte?: number;
}

export interface TextFilter {
  eq?: string;
  in?: readonly string[];
  contains?: string;
  startsWith?: string;
}

/** On a list of names. */
export interface ListFilter {
  has?: string;
  hasAny?: readonly string[];
  hasAll?: readonly string[];
  hasNone?: readonly string[];
}

export type Predicate<T> = (value: T) => boolean;

/** Without conditions even what is not there matches. */
export function matchNumber({ eq, in: among, gte, lte }: NumberFilter): Predicate<number | undefined> {
  const known = among && new Set(among);
  if (eq === undefined && !known && gte === undefined && lte === undefined) return () => true;
  return (value) =>
    value !== undefined &&
    (eq === undefined || value === eq) &&
    (known === undefined || known.has(value)) &&
    (gte === undefined || value >= gte) &&
    (lte === undefined || value <= lte);
}

/** Without conditions even what is not there matches. */
export function matchText({
  eq,
  in: among,
  contains,
  startsWith,
}: TextFilter): Predicate<string | undefined> {
  const known = among && new Set(among);
  if (eq === undefined && !known && contains === undefined && startsWith === undefined) return () => true;
  return (value) =>
    value !== undefined &&
    (eq === undefined || value === eq) &&
    (known === undefined || known.has(value)) &&
    (contains === undefined || value.includes(contains)) &&
    (startsWith === undefined || value.startsWith(startsWith));
}

export function matchList({
  has,
  hasAny,
  hasAll = [],
  hasNone = [],
}: ListFilter): Predicate<readonly string[]> {
  const [any, all, none] = [hasAny && new Set(hasAny), [...new Set(hasAll)], new Set(hasNone)];
  if (has !== undefined) all.push(has);
  return (names) =>
    all.every((name) => names.includes(name)) &&
    (any === undefined || names.some((name) => any.has(name))) &&
    !names.some((name) => none.has(name));
}
