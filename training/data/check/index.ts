/** A look at a data folder before anybody trains on it. Loads no TensorFlow. */
export { type CheckedSet, checkFolder, type DataCheck, type SetCheck } from "./check.ts";
export { isSame, listOddities, nameSet, TRAIT_TITLES, tabulateCounts, tabulateTraits } from "./report.ts";
export { TRAITS, type Trait } from "./traits.ts";
