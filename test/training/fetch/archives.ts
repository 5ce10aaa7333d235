/** Small archives in the formats of the public collections: zip by a packer, the others from the fixtures. */
import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { ZipFile } from "yazl";
import type { ImageFolder, Placement } from "../../../training/fetch/unpack/image-folder.ts";
import { maskedSum } from "../../../training/fetch/unpack/tfrecord-entries.ts";

export const FIXTURES = fileURLToPath(new URL("../../fixtures/datasets", import.meta.url));
export const JPEG = readFileSync(new URL("../../fixtures/images/grey.jpeg", import.meta.url));

export interface PackedFile {
  name: string;
  content?: Uint8Array;
  /** Unix mode. */
  mode?: number;
  compress?: boolean;
}

/** As packers write it; `path` again. */
export async function packZip(path: string, files: readonly PackedFile[]): Promise<string> {
  const zip = new ZipFile();
  for (const { name, content = JPEG, mode = 0o100644, compress = true } of files) {
    zip.addBuffer(Buffer.from(content), name, { mode, compress, mtime: new Date(0) });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

/** As the authors' archive: a folder in front, and what the system that packed it left. */
export const CHEST_XRAY = [
  "chest_xray/train/NORMAL/NORMAL-28501-0001.jpeg",
  "chest_xray/train/PNEUMONIA/BACTERIA-7422-0001.jpeg",
  "chest_xray/train/PNEUMONIA/VIRUS-54-0002.jpeg",
  "chest_xray/test/NORMAL/NORMAL-11419-0001.jpeg",
  "chest_xray/test/PNEUMONIA/BACTERIA-40699-0001.jpeg",
];
export const LITTER = [
  "__MACOSX/chest_xray/train/NORMAL/._NORMAL-28501-0001.jpeg",
  "chest_xray/.DS_Store",
  "chest_xray/train/.DS_Store",
];

export const fixture = (name: string): string => join(FIXTURES, name);

/** As TensorFlow writes records; the fixtures hold this to another implementation. */
export function formatRecords(records: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    records.flatMap((record) => {
      const head = Buffer.alloc(12);
      head.writeBigUInt64LE(BigInt(record.length));
      head.writeUInt32LE(maskedSum(head.subarray(0, 8)), 8);
      const sum = Buffer.alloc(4);
      sum.writeUInt32LE(maskedSum(record));
      return [head, record, sum];
    }),
  );
}

/** Keeps what is written, in order. */
export function recordWrites(): { folder: ImageFolder; written: [Placement, Uint8Array][] } {
  const written: [Placement, Uint8Array][] = [];
  const nothing = async () => {};
  const write: ImageFolder["write"] = async (placement, image) => void written.push([placement, image]);
  return { folder: { write, counts: {}, finish: nothing, discard: nothing }, written };
}
