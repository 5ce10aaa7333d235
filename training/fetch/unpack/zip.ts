/** A zip archive of `…/train/NORMAL/NAME.jpeg` and so on -> an image folder. Other files are named, not written. */
import { type ImageFolder, type ImageLimits, isLitter, placeImage } from "./image-folder.ts";
import { readZip } from "./zip-entries.ts";

/** Files in the archive that are no images of the set, by name. Errors: BAD_INPUT. */
export async function unpackZip(
  path: string,
  folder: ImageFolder,
  { images, imageBytes, totalBytes }: ImageLimits,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void },
): Promise<{ skipped: string[] }> {
  const skipped: string[] = [];
  // Systems that pack add a shadow to each file.
  const limits = { entries: 3 * images, entryBytes: imageBytes, totalBytes };
  const wants = (name: string) => {
    if (placeImage(name) && !isLitter(name)) return true;
    if (!isLitter(name)) skipped.push(name);
    return false;
  };
  for await (const { name, content, done, total } of readZip(path, limits, wants)) {
    signal?.throwIfAborted();
    await folder.write(placeImage(name)!, content);
    onProgress?.(done, total);
  }
  return { skipped };
}
