/** The compressed model: what a network is, and the file that holds it. */
export { drawCandidates, drawPlaces, drawSigns } from "./codecs/seeded-random.ts";
export { countFree, cutEvenly, decodeSeeded } from "./codecs/seeded-values.ts";
export { describeParts, encodeNetwork, type OpenedModel, open, type Part, seal } from "./container.ts";
export { type Count, countBinaryMacs, countMacs, countParameters } from "./counts.ts";
export { crc32c } from "./crc32c.ts";
export { fromFloat16Bits, roundToFloat16, toFloat16Bits } from "./float16.ts";
export { type Layer, type LayerReport, reportLayers } from "./layer-report.ts";
export { LIMITS } from "./limits.ts";
export * from "./network.ts";
export { recodeNetwork, type SharedCoding } from "./recode.ts";
export { BAND_STEPS, COVERAGE_STEPS, WIDEST_BAND } from "./review.ts";
export * from "./sealed.ts";
export { inferShapes } from "./shapes.ts";
export { measureEntropy, reportTensors, type TensorReport } from "./tensor-report.ts";
export { formatThresholdRule, parseThresholdRule } from "./threshold-rule.ts";
export { requireSound, validateNetwork } from "./validation.ts";
export { samePads } from "./windows.ts";
export { countWorkNs } from "./work.ts";
