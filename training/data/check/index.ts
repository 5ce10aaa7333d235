/** A look at a data folder before anybody trains on it. Loads no TensorFlow. */

export type { LookGroup } from "../groups/find.ts";
export { type CheckedSet, type CheckStep, checkFolder, type DataCheck, type SetCheck } from "./check.ts";
export { drawExamples } from "./examples.ts";
export { describeLooks, tabulateLooks } from "./looks.ts";
export {
  isSame,
  listOddities,
  listShortcuts,
  nameSet,
  TRAIT_TITLES,
  tabulateCounts,
  tabulateTraits,
} from "./report.ts";
export { TRAITS, type Trait } from "./traits.ts";
