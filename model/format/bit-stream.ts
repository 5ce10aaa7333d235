/**
 * Bits within a stream of bytes, highest bit first. A stretch of bits starts at a byte and is filled up with
 * zeros to the next one, so a reader can check that nothing hides in the filling.
 */
import { RadliteError } from "@radlite/model/errors";
import type { ByteReader, ByteWriter } from "./byte-stream.ts";

export interface BitWriter {
  /** Appends the `count` low bits of `value`, at most 24. */
  write(value: number, count: number): void;
  /** Fills the last byte with zeros. */
  finish(): void;
}

export interface BitReader {
  /** Bits that the stream can still give. */
  readonly remaining: number;
  bit(): number;
  /** The next `count` bits as a number, at most 24. */
  read(count: number): number;
  /** Leaves the byte reader at the next whole byte. @throws BAD_ARTIFACT where the filling is not zero. */
  finish(): void;
}

export function createBitWriter(writer: ByteWriter): BitWriter {
  let pending = 0;
  let pendingBits = 0;
  return {
    write(value, count) {
      pending = (pending << count) | value;
      pendingBits += count;
      while (pendingBits >= 8) {
        pendingBits -= 8;
        writer.byte((pending >> pendingBits) & 0xff);
      }
      pending &= (1 << pendingBits) - 1;
    },
    finish() {
      if (pendingBits > 0) writer.byte(pending << (8 - pendingBits));
      pending = 0;
      pendingBits = 0;
    },
  };
}

export function createBitReader(reader: ByteReader, what: string): BitReader {
  let current = 0;
  let bitsLeft = 0;
  const bit = (): number => {
    if (bitsLeft === 0) {
      current = reader.byte(what);
      bitsLeft = 8;
    }
    bitsLeft--;
    return (current >> bitsLeft) & 1;
  };
  return {
    get remaining() {
      return 8 * reader.remaining + bitsLeft;
    },
    bit,
    read(count) {
      let value = 0;
      for (let i = 0; i < count; i++) value = (value << 1) | bit();
      return value;
    },
    finish() {
      if ((current & ((1 << bitsLeft) - 1)) !== 0) {
        throw new RadliteError(
          "BAD_ARTIFACT",
          `model file has bits after the end of its ${what}; it is damaged`,
        );
      }
      bitsLeft = 0;
    },
  };
}
