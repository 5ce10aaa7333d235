import { decodeLevels } from "./decode.ts";
import { prepareWith } from "./prepare.ts";

export { decodeRadiograph } from "./decode.ts";
export { IMAGE_KINDS, type ImageKind, recogniseKind } from "./kind.ts";
export { INPUT_LIMITS } from "./limits.ts";
export { normalise } from "./normalise.ts";
export type { DecodedRadiograph, PreparedInput } from "./prepare.ts";
export { type Pixels, type Raster, toGrey } from "./raster.ts";
export { resizeArea } from "./resize.ts";

/**
 * A file's bytes as the input of a network.
 * @throws BAD_INPUT as `decodeRadiograph` does.
 */
export const prepareInput = prepareWith(decodeLevels);
