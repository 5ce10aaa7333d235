/** The gate of a data set: fitted to its training radiographs, and judged on any pictures. Loads no TensorFlow. */
export { BUDGETS, fitGate, type GateFit } from "./fit.ts";
export { loadGatePixels } from "./pictures.ts";
export { reportFit, reportGate } from "./report.ts";
export { makeSample, type Sample } from "./sample.ts";
export { type GateRow, GROUPS, type Group } from "./tally.ts";
