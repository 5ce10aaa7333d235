/**
 * What is fuzzed: all that turns a stranger's bytes into something that runs. Bundled by itself, so that the
 * build drops what only writes, and coverage counts the decoders alone: the generators use another copy.
 */

export { type Engine, loadEngine } from "@radlite/model/engine";
export { RadliteError } from "@radlite/model/errors";
export {
  countBinaryMacs,
  countMacs,
  describeParts,
  inferShapes,
  open,
  validateNetwork,
} from "@radlite/model/format";
export { decodeRadiograph, prepareInput } from "@radlite/model/input";
export { createDecoder, toRadiograph } from "@radlite/model/input/browser";
export { applyGate, openGate } from "@radlite/model/verdict/gate";
export { requireChestFilm } from "../../model/input/dicom/film.ts";
export { parseDicom } from "../../model/input/dicom/parse.ts";
export { describePicture } from "../../model/input/dicom/picture.ts";
export { decodeDicomAside as decodeDicom, inflate } from "./dicom-here.ts";
