/** Fitting: a graph's values from radiographs, step by step. Importing it loads TensorFlow. */
export type { Batch, FitData } from "./batches.ts";
export { type FitOptions, type FitResult, fitGraph } from "./fit.ts";
export { runGraph, runNodes, runValues } from "./forward.ts";
export { computeGradients, type LossOptions, runOperators, toInputs, toTensors } from "./gradients.ts";
export { applyGradients, type OptimiserState, startOptimiser } from "./optimiser.ts";
export type { OnProgress, Progress } from "./progress.ts";
export { estimateStatistics } from "./statistics.ts";
export { BACKEND, tf } from "./tensorflow.ts";
export { computeLogits, scoreLogits, type ValidationScore } from "./validate.ts";
