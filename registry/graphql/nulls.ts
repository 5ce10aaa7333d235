/**
 * GraphQL lets a caller write null for anything optional; the commands know only "left out". `dropNulls` turns
 * the one into the other, all the way down. Where null has a meaning of its own (`expectedCurrent`), the caller
 * of this function puts it back.
 */
export type WithoutNulls<T> = T extends Date
  ? T
  : T extends readonly (infer Item)[]
    ? WithoutNulls<Item>[]
    : T extends object
      ? { [Key in keyof T]: WithoutNulls<Exclude<T[Key], null>> }
      : T;

export function dropNulls<T>(value: T): WithoutNulls<T> {
  return strip(value) as WithoutNulls<T>;
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const kept = Object.entries(value).filter(([, entry]) => entry !== null && entry !== undefined);
  return Object.fromEntries(kept.map(([key, entry]) => [key, strip(entry)]));
}
