/**
 * What a finished training hands over and the registry takes: a folder with an artifact and the evidence for it.
 * Its names, shapes and digests stand here alone; who reads or writes a bundle does it through this.
 */
export { decodeJson, encodeJson, writeJson } from "./canonical-json.ts";
export { digestCases, groupByChange, requireOneLabelAnImage } from "./changes.ts";
export {
  type CompactEvaluation,
  compactEvaluation,
  expandEvaluation,
  listImages,
} from "./compact-evaluation.ts";
export { digestImages, digestOf } from "./digest.ts";
export { findForeignEntry, listBundledSets, sortSets } from "./entries.ts";
export type * from "./evaluation.ts";
export { LABELS } from "./evaluation.ts";
export {
  ARTIFACT_FILE,
  evaluationFile,
  FACTS_FILE,
  findParentBundle,
  GATES_FOLDER,
  IMAGES_FOLDER,
  PARENT_FOLDER,
  RECIPE_FILE,
} from "./file-names.ts";
export { readPlainFile, readPlainFileSync } from "./plain-file.ts";
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
  type ChangedAnswers,
  EVIDENCE_KINDS,
  type EvidenceKind,
  packFloats,
  type Robustness,
  unpackFloats,
} from "./robustness.ts";
export {
  type ChangeReport,
  type Rates,
  type RobustnessReport,
  reportRobustness,
} from "./robustness-report.ts";
export {
  checkEvaluation,
  checkFacts,
  checkRecipe,
  checkRobustness,
  checkTags,
  type GivenFacts,
  parseNamedBundles,
  parseSetRecords,
  TAG_LIMITS,
} from "./schema.ts";
export type * from "./sets.ts";
export {
  checkSetName,
  describeNewSet,
  isSetName,
  LOOKS,
  SET_NAME_EXPECTED,
  SET_ROLES,
  STANDARD_SETS,
  STRESS,
  TEST,
  VALIDATION,
} from "./sets.ts";
export { type ShipOptions, shipBundle } from "./ship.ts";
export { isNewerList, requireStressChanges, STRESS_LISTS } from "./stress-lists.ts";
export { listTeachers, type NamedTeachers, nameTeachers } from "./teachers.ts";
export {
  clearBundle,
  removeEvaluations,
  replaceFile,
  writeBundle,
  writeEvaluation,
  writeFacts,
} from "./writing.ts";
export { parseYamlText } from "./yaml.ts";
