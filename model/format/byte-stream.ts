/**
 * Bytes written and read in order: what headers, payloads and sealed sections are made of. Numbers are
 * little-endian; counts are varints (seven bits a byte, lowest first, at most 32 bits). A reader never goes
 * past the end it was given: a file that stops too early is a BAD_ARTIFACT that names what was being read.
 */

import { RadliteError } from "@radlite/model/errors";
import { fromFloat16Bits, toFloat16Bits } from "./float16.ts";

const INITIAL_BYTES = 256;
const MAX_VARINT_BYTES = 5;
const MAX_VARINT = 2 ** 32 - 1;

export interface ByteWriter {
  readonly length: number;
  byte(value: number): void;
  /** An integer in [0, 2^32). */
  varint(value: number): void;
  float32(value: number): void;
  bytes(values: Uint8Array): void;
  float16s(values: Float32Array): void;
  float32s(values: Float32Array): void;
  /** A copy of what was written. */
  finish(): Uint8Array;
}

export interface ByteReader {
  readonly position: number;
  readonly remaining: number;
  /** A view of all that is left, without stepping over it. */
  rest(): Uint8Array;
  byte(what: string): number;
  varint(what: string): number;
  float32(what: string): number;
  /** A view of the next `count` bytes, not a copy. */
  bytes(count: number, what: string): Uint8Array;
  float16s(count: number, what: string): Float32Array;
  float32s(count: number, what: string): Float32Array;
}

export function createByteWriter(): ByteWriter {
  let buffer = new Uint8Array(INITIAL_BYTES);
  let view = new DataView(buffer.buffer);
  let length = 0;

  /** Makes room for `count` more bytes and returns where they go. */
  const claim = (count: number): number => {
    const start = length;
    length += count;
    if (length > buffer.length) {
      const larger = new Uint8Array(Math.max(length, buffer.length * 2));
      larger.set(buffer);
      buffer = larger;
      view = new DataView(buffer.buffer);
    }
    return start;
  };
  const byte = (value: number): void => {
    const start = claim(1);
    view.setUint8(start, value);
  };

  return {
    get length() {
      return length;
    },
    byte,
    varint(value) {
      let rest = value;
      while (rest >= 0x80) {
        byte((rest % 0x80) | 0x80);
        rest = Math.floor(rest / 0x80);
      }
      byte(rest);
    },
    float32(value) {
      const start = claim(4);
      view.setFloat32(start, value, true);
    },
    bytes(values) {
      const start = claim(values.length);
      buffer.set(values, start);
    },
    float16s(values) {
      const start = claim(2 * values.length);
      for (let i = 0; i < values.length; i++) view.setUint16(start + 2 * i, toFloat16Bits(values[i]!), true);
    },
    float32s(values) {
      const start = claim(4 * values.length);
      for (let i = 0; i < values.length; i++) view.setFloat32(start + 4 * i, values[i]!, true);
    },
    finish: () => buffer.slice(0, length),
  };
}

export function createByteReader(source: Uint8Array): ByteReader {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  let position = 0;

  /** Steps over `count` bytes and returns where they start. */
  const claim = (count: number, what: string): number => {
    const remaining = source.length - position;
    if (count > remaining) {
      throw new RadliteError(
        "BAD_ARTIFACT",
        `model file ends inside its ${what}: ${count} bytes expected, ${remaining} left; it is damaged or cut off`,
      );
    }
    const start = position;
    position += count;
    return start;
  };
  const byte = (what: string): number => view.getUint8(claim(1, what));

  return {
    get position() {
      return position;
    },
    get remaining() {
      return source.length - position;
    },
    rest: () => source.subarray(position),
    byte,
    varint(what) {
      let value = 0;
      let unit = 1;
      for (let read = 0; read < MAX_VARINT_BYTES; read++) {
        const next = byte(what);
        value += (next & 0x7f) * unit;
        if (next < 0x80 && value <= MAX_VARINT) return value;
        unit *= 0x80;
      }
      throw new RadliteError(
        "BAD_ARTIFACT",
        `model file's ${what} is not a number below 2^32; it is damaged`,
      );
    },
    float32: (what) => view.getFloat32(claim(4, what), true),
    bytes(count, what) {
      const start = claim(count, what);
      return source.subarray(start, start + count);
    },
    float16s(count, what) {
      const start = claim(2 * count, what);
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) values[i] = fromFloat16Bits(view.getUint16(start + 2 * i, true));
      return values;
    },
    float32s(count, what) {
      const start = claim(4 * count, what);
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) values[i] = view.getFloat32(start + 4 * i, true);
      return values;
    },
  };
}
