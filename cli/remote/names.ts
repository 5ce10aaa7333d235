/** Names of GraphQL's enumerations as the registry has them. */

/** `MAX_AUC_DROP` is `maxAucDrop`. */
export const toCamel = (name: string): string =>
  name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** `maxAucDrop` is `MAX_AUC_DROP`. */
export const toConstant = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
