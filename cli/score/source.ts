/**
 * Where radiographs lie that are to be scored: a folder with all that is in it, or what lies under a prefix of a
 * bucket. A source names its files in the order in which they are scored, and reads them one by one.
 */
import { openFolder } from "./folder.ts";

export interface Source {
  /** Where it is, the same however it was written. */
  name: string;
  /**
   * Names of the files, in the order of their characters' codes. Hidden ones are left out.
   * @param except files of this machine that are none of it, wherever they lie
   */
  list(except: readonly string[]): Promise<string[]>;
  /**
   * A radiograph's bytes.
   * @throws NOT_FOUND or BAD_INPUT for what is wrong with this one; UNAVAILABLE or REFUSED where none can be read.
   */
  read(file: string): Promise<Uint8Array>;
}

/** @throws NOT_FOUND where nothing is; BAD_INPUT for what is no folder and no prefix. */
export async function openSource(place: string): Promise<Source> {
  if (!place.startsWith("s3://")) return openFolder(place);
  const { openBucket } = await import("./bucket.ts");
  return openBucket(place);
}
