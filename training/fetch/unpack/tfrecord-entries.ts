/**
 * The records of a TFRecord file, one after the other. A record is its length (uint64, little endian), the masked
 * CRC-32C of these eight bytes, its bytes, and the masked CRC-32C of those; masked is rotated right by 15 bits, plus
 * 0xa282ead8 (TensorFlow, tensorflow/core/lib/io/record_writer.h). Both sums are held to.
 */
import { open } from "node:fs/promises";
import { crc32c } from "@aws-crypto/crc32c";
import { refuseArchive } from "./image-folder.ts";

const HEADER_BYTES = 12;
const FOOTER_BYTES = 4;
const MASK_DELTA = 0xa282ead8;

/** Errors: BAD_INPUT (cut off, damaged, a record longer than `recordBytes`). */
export async function* readTfrecords(path: string, recordBytes: number): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (at: number, length: number, what: string): Promise<Buffer> => {
      if (at + length > size) {
        throw refuseArchive(
          `${path} ends at byte ${size}, inside ${what}; it was expected to go on to ${at + length}`,
        );
      }
      return (await file.read(Buffer.alloc(length), 0, length, at)).buffer;
    };
    for (let at = 0, number = 0; at < size; number++) {
      const what = `record ${number} at byte ${at}`;
      const header = await read(at, HEADER_BYTES, what);
      requireSum(header.subarray(0, 8), header.readUInt32LE(8), `the length of ${what} of ${path}`);
      const length = Number(header.readBigUInt64LE());
      if (length > recordBytes) {
        throw refuseArchive(`${what} of ${path} has ${length} bytes; at most ${recordBytes} were expected`);
      }
      const body = await read(at + HEADER_BYTES, length + FOOTER_BYTES, what);
      const record = body.subarray(0, length);
      requireSum(record, body.readUInt32LE(length), `${what} of ${path}`);
      yield record;
      at += HEADER_BYTES + body.length;
    }
  } finally {
    await file.close();
  }
}

/** The masked CRC-32C, as TFRecord files carry it. */
export function maskedSum(bytes: Uint8Array): number {
  const sum = crc32c(bytes);
  return (((sum >>> 15) | (sum << 17)) + MASK_DELTA) >>> 0;
}

function requireSum(bytes: Uint8Array, expected: number, what: string): void {
  const found = maskedSum(bytes);
  if (found !== expected)
    throw refuseArchive(`${what} is damaged: its check sum is ${found}, expected ${expected}`);
}
