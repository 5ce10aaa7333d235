export { aucDeLong } from "./auc.ts";
export { calibrationError } from "./calibration-error.ts";
export type { Estimate } from "./estimate.ts";
export { type McnemarTest, mcnemar } from "./mcnemar.ts";
export { countConfusion, type Metrics, summariseScores } from "./summary.ts";
export { fitTemperature, TEMPERATURE_LIMITS } from "./temperature.ts";
export { chooseThreshold } from "./threshold.ts";
export { wilsonInterval } from "./wilson.ts";
