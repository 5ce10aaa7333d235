/** model/input without sharp, for browsers: other decoders, the same pixels; resize and all else is the same code. */
export { IMAGE_KINDS, type ImageKind, recogniseKind } from "../kind.ts";
export { INPUT_LIMITS } from "../limits.ts";
export { type Colour, encodePng, type IndexedPicture } from "../png-file.ts";
export {
  type Decode,
  type DecodedLevels,
  type DecodedRadiograph,
  type Look,
  type LookSize,
  type Prepare,
  type PreparedInput,
  prepareWith,
  toRadiograph,
} from "../prepare.ts";
export { viewLevels } from "../view.ts";
export { changePicture, type PictureChange } from "./change.ts";
export { createDecoder, type LoadCodec } from "./decode.ts";
