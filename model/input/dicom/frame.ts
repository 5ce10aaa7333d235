/**
 * The bytes of the one frame: as they lie there, or, where they are coded, all fragments put together. Lengths are
 * held to what is left of the file before a byte is copied. PS3.5, A.4.
 */

import { DICOM_LIMITS } from "./limits.ts";
import type { ParsedDicom } from "./parse.ts";
import type { DicomPicture } from "./picture.ts";
import { refuseDamagedDicom, refuseLargeDicom } from "./refusals.ts";

const ITEM = 0xfffee000;
const SEQUENCE_DELIMITER = 0xfffee0dd;
const HEADER_BYTES = 8;
const UNDEFINED_LENGTH = 0xffffffff;

/** Pixels that are not coded, in the order of their bytes; exactly as many as the header says. */
export function findNativeFrame(
  { bytes, pixelData }: ParsedDicom,
  { width, height, bitsAllocated }: DicomPicture,
): Uint8Array {
  const { dataOffset, length } = pixelData!;
  if (length === UNDEFINED_LENGTH)
    refuseDamagedDicom("its pixels are in fragments, though its transfer syntax has none");
  const expected = (width * height * bitsAllocated) / 8;
  // A value has an even number of bytes.
  if (length !== expected + (expected % 2)) {
    refuseDamagedDicom(`its pixels take ${length} bytes, expected ${expected}`);
  }
  return bytes.subarray(dataOffset, dataOffset + expected);
}

/** Coded pixels. A table of offsets may come first; with one frame there is nothing to look up in it. */
export function findCodedFrame({ bytes, pixelData }: ParsedDicom): Uint8Array {
  const { dataOffset, length } = pixelData!;
  if (length !== UNDEFINED_LENGTH)
    refuseDamagedDicom("its pixels are not in fragments, as its transfer syntax has them");
  const fragments = listFragments(bytes, dataOffset).slice(1);
  if (fragments.length === 0) refuseDamagedDicom("its pixels are missing");
  if (fragments.length === 1) return fragments[0]!;
  const frame = new Uint8Array(fragments.reduce((sum, fragment) => sum + fragment.length, 0));
  let at = 0;
  for (const fragment of fragments) {
    frame.set(fragment, at);
    at += fragment.length;
  }
  return frame;
}

/** All items up to the delimiter; coded pixels are little endian always. */
function listFragments(bytes: Uint8Array, start: number): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fragments: Uint8Array[] = [];
  let at = start;
  while (at + HEADER_BYTES <= bytes.length) {
    const tag = view.getUint16(at, true) * 0x10000 + view.getUint16(at + 2, true);
    const length = view.getUint32(at + 4, true);
    at += HEADER_BYTES;
    if (tag === SEQUENCE_DELIMITER) return fragments;
    if (tag !== ITEM || length > bytes.length - at)
      refuseDamagedDicom("a fragment of its pixels is cut short");
    // The table of offsets is one more.
    if (fragments.length > DICOM_LIMITS.maxFragments)
      refuseLargeDicom(`its pixels are in more than ${DICOM_LIMITS.maxFragments} fragments`);
    fragments.push(bytes.subarray(at, at + length));
    at += length;
  }
  return refuseDamagedDicom("its pixels have no end");
}
