/** Data: a folder of radiographs -> training and validation sets, and augmented batches. Loads no TensorFlow. */
export type { Batch } from "./batch.ts";
export { type BatchSource, openBatchSource } from "./batch-source.ts";
export { findCacheFolder, hashParts, readEntry, writeEntry } from "./cache.ts";
export type { DecodeOptions } from "./decoding.ts";
export { countShowings } from "./groups/balance.ts";
export { findGroups } from "./groups/find-groups.ts";
export {
  CLASSES,
  type ClassName,
  type Listing,
  listRadiographs,
  type Radiograph,
  requireBothClasses,
  type Unreadable,
} from "./listing.ts";
export { type Germ, readGerm } from "./patient.ts";
export { measureProperty } from "./properties.ts";
export { drawPermutation, drawUniform, seedRandom } from "./random.ts";
export { type InputSet, loadInputs, loadPixels, type PixelSet, pickInputs, pickPixels } from "./sets.ts";
export { splitAgainst } from "./shifted-split.ts";
export { type Split, splitFolds, splitValidation } from "./split.ts";
export { type DataReport, loadTrainingData, loadValidation, type TrainingData } from "./training-data.ts";
