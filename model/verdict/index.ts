export { type ClassifyAnswer, NOTICE, type ProductionAnswer, toClassifyAnswer } from "./answer.ts";
export { judge, type Verdict } from "./judge.ts";
export { loadVerdictModel, type OperatingPoint, VERDICTS, type VerdictModel } from "./model.ts";
export { pneumoniaLogit, pneumoniaProbability } from "./probability.ts";
