/**
 * Binary arithmetic coding over bytes: a bit of probability p costs -log2(p) bits, fractions of a bit included.
 * Whole numbers below 2^36 alone decide, so every engine gives the same bits. What encodes and what decodes
 * have one face, so that one model drives both. Martin 1979, "Range encoding".
 *
 * The stream ends in the fewest bytes, at most two, that tell the last interval whatever follows them; the
 * decoder asks for just these, so streams lie end to end without a length, and each has one spelling only.
 */
import { RadliteError } from "@radlite/model/errors";
import type { StreamState } from "@radlite/model/kernels";
import type { ByteReader, ByteWriter } from "./byte-stream.ts";

/** Probabilities are whole parts of this, from 1 to one less. */
export const PROBABILITY_UNIT = 4096;

/** Three bytes at a time: state and products stay small integers, which JavaScript does not allocate. */
const READ_AHEAD = 3;
const BYTE = 256;
const WHOLE = BYTE ** READ_AHEAD;
/** A range below it is widened by a byte. */
const TOP = WHOLE / BYTE;

export interface BinaryCoder {
  /**
   * Codes one bit whose probability of being 1 is `ones` / PROBABILITY_UNIT, and returns it. An encoder takes
   * `bit`; a decoder finds it in the stream and does not look at `bit`.
   */
  code(bit: number, ones: number): number;
  /** Ends the stream. @throws BAD_ARTIFACT where a decoder meets bytes that no encoder writes. */
  finish(): void;
}

export function createBinaryEncoder(writer: ByteWriter): BinaryCoder {
  let low = 0; // what reaches WHOLE is carried into the bytes before
  let range = WHOLE;
  let held: number | undefined; // the last byte that is not 255, which a carry may still change
  let pending = 0; // bytes of 255 behind it

  const release = (carry: number): void => {
    if (held !== undefined) writer.byte(held + carry);
    for (; pending > 0; pending--) writer.byte((BYTE - 1 + carry) % BYTE);
  };
  const shift = (): void => {
    const top = Math.trunc(low / TOP);
    if (top === BYTE - 1) pending++;
    else {
      release(top >= BYTE ? 1 : 0);
      held = top % BYTE;
    }
    low = (low % TOP) * BYTE;
  };

  return {
    code(bit, ones) {
      const split = ((range * ones) / PROBABILITY_UNIT) | 0;
      if (bit) range = split;
      else {
        low += split;
        range -= split;
      }
      while (range < TOP) {
        shift();
        range *= BYTE;
      }
      return bit;
    },
    finish() {
      const ending = endOf(low, range);
      low = ending.value;
      for (let written = 0; written < ending.bytes; written++) shift();
      release(0);
    },
  };
}

export function createBinaryDecoder(reader: ByteReader, what: string): BinaryCoder {
  const bytes = reader.rest();
  let position = 0;
  let low = 0; // of the interval, modulo WHOLE
  let range = WHOLE;
  let offset = 0; // of the stream's next three bytes above `low`

  const next = (): number => {
    const byte = bytes[position] ?? 0;
    if (++position > bytes.length + READ_AHEAD) {
      throw endsInside(what);
    }
    return byte;
  };
  for (let read = 0; read < READ_AHEAD; read++) offset = offset * BYTE + next();

  return {
    code(_, ones) {
      const split = ((range * ones) / PROBABILITY_UNIT) | 0;
      const bit = offset < split ? 1 : 0;
      if (bit) range = split;
      else {
        low = (low + split) % WHOLE;
        offset -= split;
        range -= split;
      }
      while (range < TOP) {
        low = (low % TOP) * BYTE;
        offset = offset * BYTE + next();
        range *= BYTE;
      }
      return bit;
    },
    finish: () => endStream(reader, { low, range, offset, position }, what),
  };
}

/**
 * Steps over a stream that has been decoded to its last bit.
 * @throws BAD_ARTIFACT where it ends in other bytes than an encoder writes.
 */
export function endStream(
  reader: ByteReader,
  { low, range, offset, position }: StreamState,
  what: string,
): void {
  const ending = endOf(low, range);
  const unit = WHOLE / BYTE ** ending.bytes;
  const isSpelling = Math.floor((low + offset) / unit) === Math.floor(ending.value / unit);
  reader.bytes(position - READ_AHEAD + ending.bytes, what);
  if (!isSpelling)
    throw new RadliteError(
      "BAD_ARTIFACT",
      `model file does not end its ${what} as Radlite does; it is damaged`,
    );
}

/** Of a stream that is too short. */
export function endsInside(what: string): RadliteError {
  return new RadliteError("BAD_ARTIFACT", `model file ends inside its ${what}; it is damaged or cut off`);
}

/** The fewest top bytes that name a number in [low, low + range) whatever bytes follow, and that number. */
function endOf(low: number, range: number): { value: number; bytes: number } {
  for (let bytes = 0; ; bytes++) {
    const unit = WHOLE / BYTE ** bytes;
    const value = Math.ceil(low / unit) * unit;
    if (value + unit <= low + range) return { value, bytes };
  }
}
