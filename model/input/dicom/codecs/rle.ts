/**
 * Run lengths: a segment for each byte of a sample, the highest first, each packed by itself. PS3.5, annex G.
 */
import type { Samples } from "../levels.ts";
import type { DicomPicture } from "../picture.ts";
import { refuseDamagedDicom } from "../refusals.ts";

/** The number of segments, and where each begins; unused places are 0. */
const HEADER_BYTES = 64;

/** @throws BAD_INPUT with reason NOT_AN_IMAGE where segments are missing, or give too few bytes or too many. */
export function decodeRle(frame: Uint8Array, { width, height, bitsAllocated }: DicomPicture): Samples {
  const count = bitsAllocated / 8;
  if (frame.length < HEADER_BYTES) refuseDamagedDicom("its run lengths have no header");
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (view.getUint32(0, true) !== count) refuseDamagedDicom(`its run lengths are not in ${count} segments`);
  const starts = Array.from({ length: count }, (_, i) => view.getUint32(4 + 4 * i, true));
  const planes = starts.map((start, i) => {
    const end = starts[i + 1] ?? frame.length;
    if (start < HEADER_BYTES || end < start || end > frame.length)
      refuseDamagedDicom("a segment of its run lengths lies outside of them");
    return unpackBits(frame.subarray(start, end), width * height);
  });
  if (count === 1) return { patterns: planes[0]!, bits: 8 };
  const [high, low] = planes as [Uint8Array, Uint8Array];
  const patterns = new Uint16Array(width * height);
  for (let i = 0; i < patterns.length; i++) patterns[i] = (high[i]! << 8) | low[i]!;
  return { patterns, bits: 16 };
}

/** PackBits: n in 0 to 127 copies n + 1 bytes, in -127 to -1 repeats the next byte 1 - n times, -128 does nothing. */
export function unpackBits(packed: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let [from, to] = [0, 0];
  while (to < length) {
    if (from >= packed.length) refuseDamagedDicom("its run lengths are cut short");
    const control = (packed[from++]! << 24) >> 24;
    if (control === -128) continue;
    const isRun = control < 0;
    const run = isRun ? 1 - control : control + 1;
    const taken = isRun ? 1 : run;
    if (from + taken > packed.length) refuseDamagedDicom("its run lengths are cut short");
    if (to + run > length) refuseDamagedDicom("its run lengths give more pixels than there are");
    if (isRun) bytes.fill(packed[from]!, to, to + run);
    else bytes.set(packed.subarray(from, from + run), to);
    from += taken;
    to += run;
  }
  return bytes;
}
