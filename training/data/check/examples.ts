/** Small copies of radiographs, to show what a group of them has in common. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeJpeg, prepareRaster } from "@radlite/model/input";

const SIDE = 112; // pixels
const QUALITY = 70;

/** JPEG in base64, one a file. Files that no longer decode are left out. */
export async function drawExamples(folder: string, files: readonly string[]): Promise<string[]> {
  const pictures = await Promise.all(files.map((file) => drawExample(join(folder, file)).catch(() => [])));
  return pictures.flat();
}

async function drawExample(path: string): Promise<[string]> {
  const { raster } = await prepareRaster(await readFile(path), { width: SIDE, height: SIDE, channels: 1 });
  const bytes = await encodeJpeg({ ...raster, pixels: Uint8Array.from(raster.pixels) }, QUALITY);
  return [Buffer.from(bytes).toString("base64")];
}
