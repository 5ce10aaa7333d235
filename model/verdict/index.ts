export {
  type AnsweredExplanation,
  type ClassifyAnswer,
  type FileAnswer,
  type Performance,
  type ProductionAnswer,
  type ScoredAnswer,
  toClassifyAnswer,
} from "./answer.ts";
export {
  APPLICABILITY_STATUSES,
  type Applicability,
  admit,
  lookOf,
  type NamedGate,
  type Outside,
  type PreparedPicture,
} from "./applicability.ts";
export { type Decision, decide, REVIEW_REASONS, type ReviewReason } from "./decide.ts";
export { type ActivationMap, mapActivation, toRelative } from "./explanation/activation-map.ts";
export { BAND_PROBABILITIES, layBands, type Scale, type Size } from "./explanation/bands.ts";
export { type Box, boxUpperPart, type Content, upperCells } from "./explanation/box.ts";
export { bandsOver, type Explanation, explain, type Film, LONGEST_SIDE } from "./explanation/explain.ts";
export { type ActivationHead, findHead, requireHead } from "./explanation/head.ts";
export type { GreyPicture, Overlay } from "./explanation/overlay.ts";
export { tint } from "./explanation/tint.ts";
export { judge, judgeWithMap, type Verdict } from "./judge.ts";
export { type Asked, judgePicture } from "./judge-picture.ts";
export { loadVerdictModel, type OperatingPoint, VERDICTS, type VerdictModel } from "./model.ts";
export { pneumoniaLogit, pneumoniaProbability } from "./probability.ts";
export { isInBand, type ReviewBand, surroundThreshold } from "./review-band.ts";
export {
  describePopulation,
  describeReview,
  INTENDED_USE,
  LIMITS,
  listReviewReasons,
  NOTICE,
  OUTSIDE_IN_WORDS,
  UNKNOWN_IN_WORDS,
} from "./words.ts";
