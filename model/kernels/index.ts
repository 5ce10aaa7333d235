/** Operators and resize in WebAssembly, built from AssemblyScript; the same for Node, Lambda and browsers. */
export { chooseBuild, type KernelBuild, type Kernels, SLACK_BYTES, startKernels } from "./kernels.ts";
export { type Packer, packBinaryWeights, packedLength, packOutputs, packThrough } from "./packing.ts";
export { canRun } from "./probe.ts";
export { computeCrc32c, countNonzeros, lookUpValues, type PrefixCode, readPrefixCodes } from "./reading.ts";
export { readIndices, type StreamState } from "./reading-indices.ts";
export { drawSeeded } from "./reading-seeded.ts";
export { VIEW_BYTES, type View, writeView } from "./view.ts";
