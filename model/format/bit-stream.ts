/**
 * Bits within a stream of bytes, highest bit first. A stretch of bits starts at a byte and is filled up with
 * zeros to the next one, so a reader can check that nothing hides in the filling.
 */
import { RadliteError } from "@radlite/model/errors";
import { type PrefixCode, readPrefixCodes } from "@radlite/model/kernels";
import type { ByteReader, ByteWriter } from "./byte-stream.ts";

export interface BitWriter {
  /** Appends the `count` low bits of `value`, at most 16. */
  write(value: number, count: number): void;
  /** Fills the last byte with zeros. */
  finish(): void;
}

export interface BitReader {
  /** Bits that the stream can still give. */
  readonly remaining: number;
  /** The next `count` bits as a number, at most 16, with zeros for what lies past the end; `skip` steps over them. */
  peek(count: number): number;
  /** @throws BAD_ARTIFACT where fewer than `count` bits are left. */
  skip(count: number): void;
  /** `peek` and `skip` in one. */
  read(count: number): number;
  /**
   * Reads a prefix code for each of `symbols`: the entry of `table` at the next `longest` bits (at most 16) holds
   * the symbol above the code's length of `lengthBits` bits. @throws BAD_ARTIFACT where the bits end too early.
   */
  readCodes(symbols: Uint8Array, table: Uint16Array, longest: number, lengthBits: number): void;
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
  const bytes = reader.rest();
  let position = 0; // of the byte that holds the next bit
  let used = 0; // bits of that byte that were read, below 8

  const peek = (count: number): number => {
    const inside = position + 2 < bytes.length;
    const first = inside ? bytes[position]! : (bytes[position] ?? 0);
    const second = inside ? bytes[position + 1]! : (bytes[position + 1] ?? 0);
    const third = inside ? bytes[position + 2]! : 0;
    const window = (first << 16) | (second << 8) | third;
    return (window >> (24 - used - count)) & ((1 << count) - 1);
  };
  const skip = (count: number): void => {
    used += count;
    position += used >> 3;
    used &= 7;
    if (position + (used > 0 ? 1 : 0) > bytes.length) {
      throw new RadliteError("BAD_ARTIFACT", `model file ends inside its ${what}; it is damaged or cut off`);
    }
  };

  return {
    get remaining() {
      return 8 * (bytes.length - position) - used;
    },
    peek,
    skip,
    read(count) {
      const value = peek(count);
      skip(count);
      return value;
    },
    readCodes(symbols, table, longest, lengthBits) {
      const start = 8 * position + used;
      const code = { table, longest, lengthBits };
      const end =
        readPrefixCodes(bytes, start, symbols, code) ?? readPrefixCodesPlainly(bytes, start, symbols, code);
      skip(end - start);
    },
    finish() {
      if (used > 0 && peek(8 - used) !== 0) {
        throw new RadliteError(
          "BAD_ARTIFACT",
          `model file has bits after the end of its ${what}; it is damaged`,
        );
      }
      reader.bytes(position + (used > 0 ? 1 : 0), what);
    },
  };
}

/** `readPrefixCodes` in TypeScript: one loop over local variables. */
export function readPrefixCodesPlainly(
  bytes: Uint8Array,
  position: number,
  symbols: Uint8Array,
  { table, longest, lengthBits }: PrefixCode,
): number {
  const indexMask = (1 << longest) - 1;
  const lengthMask = (1 << lengthBits) - 1;
  let next = Math.floor(position / 8); // byte to take in
  let window = 0; // its low `held` bits are still to be read
  let held = -(position % 8);
  for (let i = 0; i < symbols.length; i++) {
    while (held < longest) {
      window = (window << 8) | (next < bytes.length ? bytes[next]! : 0);
      next++;
      held += 8;
    }
    const entry = table[(window >> (held - longest)) & indexMask]!;
    held -= entry & lengthMask;
    symbols[i] = entry >> lengthBits;
  }
  return 8 * next - held;
}
