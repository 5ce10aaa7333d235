/** Evaluation: what a sealed file does on labelled radiographs, and the words for it. Loads no TensorFlow. */
export { applyGateToFiles, type GateFindings } from "./answered.ts";
export { type CrossFitCases, encodeCases, readCases } from "./cross-fit-cases.ts";
export {
  type CrossFitReport,
  compareCrossFits,
  type Figures,
  type GroupFigures,
  LEAST_OF_CLASS,
  reportCrossFit,
} from "./cross-fit-report.ts";
export { formatCsv } from "./csv.ts";
export { evaluateFolder, type FolderEvaluation } from "./folder.ts";
export { evaluateLooks, findLooks, type Look } from "./looks.ts";
export {
  type EvaluationReport,
  formatReport,
  type ReportOptions,
  reportEvaluation,
  summariseReport,
} from "./report.ts";
export {
  type MeasuredRobustness,
  measureRobustness,
  ROBUSTNESS_CHANGES,
  type RobustnessOptions,
} from "./robustness/index.ts";
export { type EvaluatedImages, type EvaluateOptions, evaluateArtifact, evaluateInputs } from "./run.ts";
export { formatScores } from "./scores.ts";
export { changeInputs, evaluateStress, STRESS_CHANGES } from "./stress.ts";
export { findValidated, type ImagesOfEvaluation, loadValidated } from "./stress-images.ts";
