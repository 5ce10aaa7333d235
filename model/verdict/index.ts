export { type ClassifyAnswer, NOTICE, type ProductionAnswer, toClassifyAnswer } from "./answer.ts";
export { type ActivationMap, mapActivation, toRelative } from "./explanation/activation-map.ts";
export { type Box, boxUpperPart, type Content, upperCells } from "./explanation/box.ts";
export { type ActivationHead, findHead, requireHead } from "./explanation/head.ts";
export { judge, judgeWithMap, type Verdict } from "./judge.ts";
export { loadVerdictModel, type OperatingPoint, VERDICTS, type VerdictModel } from "./model.ts";
export { pneumoniaLogit, pneumoniaProbability } from "./probability.ts";
export { isInBand, type ReviewBand, surroundThreshold } from "./review-band.ts";
