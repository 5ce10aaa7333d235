export { classifyRadiograph, type Verdict } from "./classify.ts";
export { loadVerdictModel, type OperatingPoint, VERDICTS, type VerdictModel } from "./model.ts";
export { pneumoniaLogit, pneumoniaProbability } from "./probability.ts";
