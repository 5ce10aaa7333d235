/**
 * Data folders of small made-up radiographs in a temporary place: smooth shapes that follow from their number,
 * NORMAL dark in the middle and PNEUMONIA bright.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";

export interface TemporaryFolder {
  path: string;
  /** Writes a file below, with the folders it needs; gives its path. */
  write(name: string, bytes: Uint8Array | string): Promise<string>;
  remove(): Promise<void>;
}

export async function openTemporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), "radlite-data-"));
  return {
    path,
    async write(name, bytes) {
      const file = join(path, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
      return file;
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** The same number, the same bytes. */
export async function drawRadiograph(
  number: number,
  { width = 72, height = 60, bright = false, kind = "jpeg" as "jpeg" | "png" } = {},
): Promise<Uint8Array> {
  const pixels = Uint8Array.from({ length: width * height }, (_, at) => {
    const x = (at % width) / width - 0.5;
    const y = Math.floor(at / width) / height - 0.5;
    const ribs = 30 * Math.sin(20 * y + number) * Math.cos(3 * x);
    return 110 + ribs + (bright ? 60 : -60) * Math.exp(-8 * (x * x + y * y)) + (number % 17);
  });
  const image = sharp(pixels, { raw: { width, height, channels: 1 } });
  return kind === "jpeg" ? image.jpeg({ quality: 85 }).toBuffer() : image.png().toBuffer();
}

/** File names of `count` patients of each class, a radiograph each, numbered from `from`. */
export function patients(count: number, from = 0): { NORMAL: string[]; PNEUMONIA: string[] } {
  const numbers = Array.from({ length: count }, (_, at) => from + at);
  return {
    NORMAL: numbers.map((at) => `IM-${1000 + at}-0001.jpeg`),
    PNEUMONIA: numbers.map((at) => `person${at}_virus_${at}.jpeg`),
  };
}

/** NORMAL/ and PNEUMONIA/ below `below`, one image for each name. */
export async function writeClasses(
  folder: TemporaryFolder,
  below: string,
  names: { NORMAL: string[]; PNEUMONIA: string[] },
): Promise<void> {
  let number = 0;
  for (const label of ["NORMAL", "PNEUMONIA"] as const) {
    for (const name of names[label]) {
      const bytes = await drawRadiograph(number++, { bright: label === "PNEUMONIA" });
      await folder.write(join(below, label, name), bytes);
    }
  }
}
