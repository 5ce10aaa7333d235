/**
 * A MedMNIST .npz file, a zip archive of .npy arrays `SET_images` [n, side, side] and `SET_labels` [n, 1], -> an image
 * folder of grey PNG files. The files are numbered as the set has them; nothing says which are of one patient, so
 * their names say nothing of patients either.
 */
import { encode } from "fast-png";
import { type ImageFolder, refuseArchive, SETS } from "./image-folder.ts";
import { type ByteArray, parseNpy } from "./npy.ts";
import { readZip } from "./zip-entries.ts";

export interface NpzOptions {
  /** Pixels. */
  side: number;
  /** How many all sets have together. */
  images: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

const HEADER_BYTES = 4_096;
const CLASS_OF_LABEL = ["NORMAL", "PNEUMONIA"] as const;

/** Errors: BAD_INPUT (damaged, an array that is missing or of another shape, a label other than 0 and 1). */
export async function unpackNpz(path: string, folder: ImageFolder, options: NpzOptions): Promise<void> {
  const { side, images, signal, onProgress } = options;
  const arrays = await readArrays(path, side, images);
  let done = 0;
  for (const set of SETS) {
    const pictures = requireArray(arrays, `${set}_images`);
    const labels = requireArray(arrays, `${set}_labels`);
    const count = labels.values.length;
    if (pictures.shape.join() !== [count, side, side].join()) {
      throw refuseArchive(
        `${set}_images is ${pictures.shape.join("x")}; ${count}x${side}x${side} was expected, as there are ${count} labels`,
      );
    }
    for (let at = 0; at < count; at++) {
      signal?.throwIfAborted();
      const className = CLASS_OF_LABEL[labels.values[at]!];
      if (!className)
        throw refuseArchive(`label ${at} of ${set} is ${labels.values[at]}; 0 or 1 was expected`);
      const data = pictures.values.subarray(at * side * side, (at + 1) * side * side);
      const png = encode({ width: side, height: side, data, channels: 1, depth: 8 });
      await folder.write({ set, className, name: `${set}-${String(at).padStart(5, "0")}.png` }, png);
      done++;
      onProgress?.(done, images);
    }
  }
}

async function readArrays(path: string, side: number, images: number): Promise<Map<string, ByteArray>> {
  const entryBytes = images * side * side + HEADER_BYTES;
  const limits = {
    entries: 32,
    entryBytes,
    totalBytes: entryBytes + SETS.length * 2 * HEADER_BYTES + images,
  };
  const isWanted = (name: string) =>
    SETS.some((set) => [`${set}_images.npy`, `${set}_labels.npy`].includes(name));
  const arrays = new Map<string, ByteArray>();
  for await (const { name, content } of readZip(path, limits, isWanted)) {
    arrays.set(name.slice(0, -".npy".length), parseNpy(content, name));
  }
  return arrays;
}

function requireArray(arrays: Map<string, ByteArray>, name: string): ByteArray {
  const array = arrays.get(name);
  if (array) return array;
  throw refuseArchive(
    `it was expected to hold ${name}.npy, found ${[...arrays.keys()].join(", ") || "no array"}`,
  );
}
