export { type DecodedRadiograph, decodeRadiograph } from "./decode.ts";
export { IMAGE_KINDS, type ImageKind, recogniseKind } from "./kind.ts";
export { INPUT_LIMITS } from "./limits.ts";
export { normalise } from "./normalise.ts";
export { type PreparedInput, prepareInput } from "./prepare.ts";
export { type Pixels, type Raster, toGrey } from "./raster.ts";
export { resizeArea } from "./resize.ts";
