import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** A reader finds the old content or the new one, whole; the folder is made where it is not there. */
export async function replaceFile(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.${process.pid}`, content);
  await rename(`${path}.${process.pid}`, path);
}
