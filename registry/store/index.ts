/** Where the registry keeps its bytes: an interface, and memory, files and S3 behind it. */
export { type Bucket, type BucketObject, openBucket } from "./bucket.ts";
export { fileStore } from "./file.ts";
export { makeFolder } from "./make-folder.ts";
export { memoryStore } from "./memory.ts";
export {
  isConflict,
  isUnavailable,
  type ObjectFacts,
  type ObjectStore,
  type StoredObject,
} from "./object-store.ts";
export { type OpenStoreOptions, openStore, storeAddress } from "./open.ts";
export { overwrite } from "./overwrite.ts";
export { probeConditions } from "./probe.ts";
export { OPENED_FOR_READING, readOnly } from "./read-only.ts";
export { type RetryOptions, retrying } from "./retrying.ts";
