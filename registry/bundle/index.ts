/**
 * What a finished training hands over and the registry takes: a folder with an artifact and the evidence for it.
 * Its names, shapes and digests stand here alone; who reads or writes a bundle does it through this.
 */
export { decodeJson, encodeJson } from "./canonical-json.ts";
export {
  type CompactEvaluation,
  compactEvaluation,
  expandEvaluation,
  listImages,
} from "./compact-evaluation.ts";
export { digestImages, digestOf } from "./digest.ts";
export type * from "./evaluation.ts";
export { EVALUATION_SETS, LABELS } from "./evaluation.ts";
export {
  ARTIFACT_FILE,
  evaluationFile,
  FACTS_FILE,
  findParentBundle,
  IMAGES_FOLDER,
  isBundleEntry,
  PARENT_FOLDER,
} from "./files.ts";
export {
  type Bundle,
  type Evidence,
  findFacts,
  readBundle,
  readBundledArtifact,
  readBundledEvaluation,
  readBundledRecipe,
  readEvidence,
  readFacts,
} from "./reading.ts";
export {
  checkEvaluation,
  checkFacts,
  checkRecipe,
  type GivenFacts,
  parseNamedBundles,
  TAG_LIMITS,
} from "./schema.ts";
export { type ShipOptions, shipBundle } from "./ship.ts";
export { clearBundle, writeBundle, writeFacts } from "./writing.ts";
