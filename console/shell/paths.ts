/** Where things have their pages. */

/** `@` and `,` stay as people write them. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll("%40", "@").replaceAll("%2C", ",");

export const versionPath = (id: string): string => `/versions/${encode(id)}`;

/** What its promotion would come to. */
export const promotionPath = (id: string): string => `/production?version=${encode(id)}`;

export const runPath = (id: string): string => `/runs/${encode(id)}`;

/** The versions of a recipe. */
export const recipePath = (recipe: string): string => `/models?recipe=${encode(recipe)}`;

/** The versions whose recipes differ in a figure at the end of their names, as those of a sweep do. */
export const sweepPath = (begins: string): string => `/runs?sweep=${encode(begins)}#sweep`;

/**
 * How the recipes of a sweep begin, of which this is one: `residual-64-pruned-sparsity` of
 * `residual-64-pruned-sparsity-0-9`. Undefined where the name ends in no figure, or names a family alone.
 */
export function sweepOf(recipe: string): string | undefined {
  const begins = recipe.replace(/(-\d+k?)+$/, "");
  return begins !== recipe && begins.includes("-") ? begins : undefined;
}
