/**
 * What can be done with a registry and asked of it. Mutations are `(registry, input) => Promise`; they decide on
 * a fresh state and answer once the log has it. Queries over a state are plain functions of it, so that one
 * `await registry.refresh()` answers a whole request; those that need evidence from the store take the registry.
 */
export {
  type AccessKey,
  type CreateAccessKeyInput,
  createAccessKey,
  isSameDigest,
  type ListedAccessKeys,
  listAccessKeys,
  makeAccessKey,
  parseAccessKey,
  readAccessKey,
  revokeAccessKey,
  type StoredAccessKey,
} from "./access-keys.ts";
export { type Alias, aliasesOf, listAliases } from "./aliases.ts";
export { type ArchiveVersionInput, archiveVersion } from "./archive.ts";
export { readArtifact, uploadArtifact } from "./artifacts.ts";
export { AUDIT_READS, type AuditInput, type AuditPage, readAudit } from "./audit.ts";
export type { AuditEntry } from "./audit-entry.ts";
export { type RegisterBundleInput, registerBundle } from "./bundle.ts";
export { calibrationFloorOf } from "./calibration-floor.ts";
export { type BestOfClass, bestOfClasses, SIZE_CLASSES_KB } from "./card/best-of-class.ts";
export { writeModelCard } from "./card/model-card.ts";
export {
  type CaseAnswer,
  type CompareInput,
  type Comparison,
  compareVersions,
  type PairedCase,
  type PairedComparison,
  pairCases,
} from "./comparison.ts";
export type { ListFilter, NumberFilter, TextFilter } from "./conditions.ts";
export {
  type Damage,
  type DamageOptions,
  type Flip,
  type GroupDamage,
  type JudgedSide,
  measureDamage,
  type ProbabilityShift,
} from "./damage.ts";
export { type RecordEvaluationInput, recordEvaluation } from "./evaluations.ts";
export { readEvaluation, readVersionFacts } from "./evidence.ts";
export {
  FRONT_COSTS,
  type Front,
  type FrontCost,
  type FrontInput,
  type FrontRow,
  type JudgedVersion,
  readFront,
} from "./front.ts";
export { type FsckProblem, type FsckReport, fsck } from "./fsck.ts";
export { readGate, type SetGateInput, type StoredGate, setGate } from "./gates.ts";
export {
  type CollectGarbageInput,
  collectGarbage,
  DEFAULT_GRACE_MS,
  type Garbage,
  type GcReport,
} from "./gc.ts";
export { type HistoryInput, historyOf, lineageOf, productionAt } from "./history.ts";
export { type KeptAnswer, readAnswer } from "./kept-answer.ts";
export { LEASE_MS, LEASE_RENEWAL_MS, type Lease, type TakeSlotInput, takeTrainingSlot } from "./leases.ts";
export {
  LINEAGE_KINDS,
  type Lineage,
  type LineageEdge,
  type LineageKind,
  listChildren,
  MAX_LINEAGE,
  readLineage,
  teachersOf,
} from "./lineage.ts";
export { findRuns, type ListRunsInput, listModels, listRuns } from "./lists.ts";
export { requireModel, requireVersion } from "./lookup.ts";
export { metricsOf, type VersionMetrics } from "./metrics.ts";
export { type CreateModelInput, createModel, type SetPolicyInput, setPolicy } from "./models.ts";
export type { Mutation } from "./mutation.ts";
export { type AnnotateInput, annotate, NOTE_LIMITS, type Note, readNotes } from "./notes.ts";
export {
  type CalibrationPoint,
  drawCalibration,
  drawRoc,
  figuresAt,
  figuresOfSubgroup,
  type OperatingFigures,
  type OperatingPointInput,
  ROC_POINTS,
  type RocPoint,
} from "./operating-figures.ts";
export type { Direction, Page, PageInput } from "./page.ts";
export {
  FRONT_LIMITS,
  findFront,
  PARETO_COSTS,
  PARETO_WORTHS,
  type ParetoCost,
  type ParetoFront,
  type ParetoFrontInput,
  type ParetoRow,
  type ParetoWorth,
} from "./pareto-front.ts";
export { type FindPictures, MOST_PICTURES, type Picture, requireImageNames } from "./pictures.ts";
export {
  type CheckedRule,
  checkPolicy,
  DEFAULT_POLICY,
  failedAmong,
  findFailedRules,
  policyAt,
  policyOf,
} from "./policy.ts";
export { parsePolicy } from "./policy-file.ts";
export {
  type AuditedAnswer,
  isAudited,
  listPredictions,
  PREDICTION_PREFIX,
  type Prediction,
  type PredictionObject,
  recordPredictions,
  toPrediction,
} from "./predictions.ts";
export {
  type PromoteInput,
  type PromoteResult,
  promote,
  type RollbackInput,
  type RollbackResult,
  rollback,
} from "./promotion.ts";
export { type CheckPromotionInput, checkPromotion, type PromotionCheck } from "./promotion-check.ts";
export { lookUpRecipes, parseRecipeText, readRecipeField } from "./recipe-values.ts";
export {
  MAX_RECIPE_BYTES as RECIPE_BYTES,
  type RegisterRecipeInput,
  readRecipe,
  registerRecipe,
  requireRecipe,
  type ValidateRecipe,
} from "./recipes.ts";
export { adviseOnRefusal, describeFailedRules } from "./refusal.ts";
export type { Registration } from "./registration.ts";
export { type RecordRobustnessInput, readRobustness, recordRobustness } from "./robustness.ts";
export { COMMAND_ROLES, type Command, requireCommandRole, requireRole } from "./roles.ts";
export { claimRun } from "./run-claim.ts";
export { appendRunLog, RUN_LOG_LIMITS, type RunLog, readRunLog } from "./run-log.ts";
export { bufferRunLog, openRunLog, type RunLogWriter } from "./run-log-writer.ts";
export {
  type EpochRecord,
  HEARTBEAT_MS,
  heartbeat,
  LOST_AFTER_MS,
  type RunProgress,
  type RunStatus,
  readRunProgress,
  readRunStatus,
  recordEpoch,
  recordProgress,
} from "./run-progress.ts";
export {
  type CancelRunInput,
  cancelRun,
  type FinishRunInput,
  finishRun,
  type StartRunInput,
  startRun,
} from "./runs.ts";
export { recordScore, SCORE_PREFIX, type Score, type ScoreName, scoreKey } from "./scores.ts";
export { type SeedReport, seedRegistry } from "./seed.ts";
export {
  checkSetRecord,
  type DefineEvaluationSetInput,
  defineEvaluationSet,
  findSet,
  listSets,
  requireSet,
} from "./sets.ts";
export { smallestAccurate } from "./smallest-accurate.ts";
export { type TagVersionInput, tagVersion } from "./tags.ts";
export { parseTime } from "./times.ts";
export {
  type ListTrainings,
  readJobArguments,
  type StartTraining,
  TRAINING_PROGRAM,
  type TrainingChoices,
  type TrainingJob,
  type TrainingRequest,
  type TrainingWork,
  writeJobArguments,
} from "./training-job.ts";
export {
  type BatchSettings,
  type Environment,
  EXECUTORS,
  type Executor,
  findDataset,
  listDatasets,
  readBatchSettings,
  readExecutor,
  readTrainingSlots,
} from "./training-settings.ts";
export {
  createUpload,
  type OpenUploadInput,
  openUpload,
  type PutUploadInput,
  putUpload,
  readUploadedImage,
  removeImage,
  takeEvaluation,
  takeRecipe,
  takeRobustness,
  takeUpload,
  UPLOAD_BYTES,
  UPLOAD_OPEN_MS,
  UPLOAD_PURPOSES,
  type Upload,
  type UploadPurpose,
} from "./uploads.ts";
export { readDamage, type VersionDamage, type VersionDamageInput } from "./version-damage.ts";
export { figureOf, VERSION_FIGURES, type VersionFigure } from "./version-figures.ts";
export {
  countConditions,
  FILTER_LIMITS,
  type RecipeFieldFilter,
  type TagFilter,
  type VersionFilter,
} from "./version-filter.ts";
export { findVersions, type ListVersionsInput, listVersions } from "./version-list.ts";
export { VERSION_ORDER_FIELDS, type VersionOrder, type VersionOrderField } from "./version-order.ts";
export {
  type RegisterVersionInput,
  type RegisterVersionsInput,
  registerVersion,
  registerVersions,
} from "./versions.ts";
