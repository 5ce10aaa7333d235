/** Where the registry keeps its bytes: an interface, and memory, files and S3 behind it. */
export type { ObjectStore, StoredObject } from "./object-store.ts";
