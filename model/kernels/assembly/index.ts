/** The kernels that the host may call; model/kernels/kernels.ts types them for it. */
export { binaryConv } from "./binary-conv";
export { conv } from "./conv";
export { dense } from "./dense";
export { depthwiseConv } from "./depthwise-conv";
export { foldGrey, lumaBytes } from "./grey";
export { buildLogistic, decodeIndices, getLow, getOffset, getPosition, getRange } from "./index-code";
export { packRows } from "./packing";
export { add, clear, clip, mul, sigmoid, swish } from "./pointwise";
export { pool } from "./pool";
export { drawFree, drawWeights } from "./random-code";
export { rangeBytes, rangeFloats } from "./range";
export { addCrc32c, lookUp, readCodes } from "./reading";
export { addFloatRow, gatherColumns, gatherFloats } from "./resize";
export { addByteRows, gatherSums } from "./resize-bytes";
export { floatSigns, packSigns } from "./signs";
export { softmax } from "./softmax";
export { countNonzeros, packSparse, sparseConv } from "./sparse-conv";
export { transformWeights, winograd } from "./winograd";
