/**
 * Two TFRecord files that belong together, one of JPEG files and one of the paths that they had, record by record
 * -> an image folder. The set is what the files are of, the class is in the path.
 */
import { type ImageFolder, placeImage, refuseArchive, type SetName } from "./image-folder.ts";
import { readTfrecords } from "./tfrecord-entries.ts";

const PATH_BYTES = 4_096;
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

/** Errors: BAD_INPUT (damaged, of different lengths, a path of no known form, no JPEG). */
export async function unpackTfrecord(
  { images, paths }: { images: string; paths: string },
  set: SetName,
  folder: ImageFolder,
  {
    imageBytes,
    signal,
    onProgress,
  }: { imageBytes: number; signal?: AbortSignal; onProgress?: (done: number) => void },
): Promise<void> {
  const names = readTfrecords(paths, PATH_BYTES);
  try {
    let done = 0;
    for await (const image of readTfrecords(images, imageBytes)) {
      signal?.throwIfAborted();
      const next = await names.next();
      if (next.done) throw refuseArchive(`${images} has more records than the ${done} of ${paths}`);
      const path = next.value.toString();
      const place = placeImage(`${set}/${path.split("/").slice(-2).join("/")}`);
      if (!place)
        throw refuseArchive(`record ${done} of ${paths} is "${path}", which names no class and file`);
      if (!image.subarray(0, JPEG.length).equals(JPEG)) {
        throw refuseArchive(`record ${done} of ${images}, ${path}, is no JPEG file`);
      }
      await folder.write(place, image);
      done++;
      onProgress?.(done);
    }
    if (!(await names.next()).done) {
      throw refuseArchive(`${paths} has more records than the ${done} of ${images}`);
    }
  } finally {
    await names.return(undefined); // gives up the file
  }
}
