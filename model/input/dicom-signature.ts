/**
 * Whether bytes are DICOM: by the letters DICM behind a preamble of 128 bytes, or, for a data set that was stored
 * without one, by how its first elements lie. The reader itself is loaded only after this (dicom/).
 */

/** Bytes of the preamble that a file may begin with; anything may stand in them. PS3.10, 7.1. */
export const PREAMBLE_BYTES = 128;
const MAGIC = "DICM";
/** Behind preamble and magic. */
export const META_AT = PREAMBLE_BYTES + MAGIC.length;

/** Groups that a data set, or the meta information before it, begins with. */
const FIRST_GROUPS = [0x0002, 0x0008];
const LONGEST_FIRST_VALUE = 0xffff;

/** How the elements of a data set are written. */
export interface Encoding {
  isBigEndian: boolean;
  /** Each element names its value representation, in two capitals. */
  isExplicit: boolean;
}

export function isDicom(bytes: Uint8Array): boolean {
  return hasPreamble(bytes) || beginsDataSet(bytes);
}

export function hasPreamble(bytes: Uint8Array): boolean {
  return Array.from(MAGIC).every((letter, i) => bytes[PREAMBLE_BYTES + i] === letter.charCodeAt(0));
}

/** How the element that begins there is written; only to be asked where one does. */
export function recogniseEncoding(bytes: Uint8Array, at: number): Encoding {
  const vr = String.fromCharCode(bytes[at + 4] ?? 0, bytes[at + 5] ?? 0);
  // The first groups are small numbers: the byte that is not zero comes first, or second.
  return { isBigEndian: bytes[at] === 0 && bytes[at + 1] !== 0, isExplicit: /^[A-Z]{2}$/.test(vr) };
}

function beginsDataSet(bytes: Uint8Array): boolean {
  if (bytes.length < 16) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const { isBigEndian, isExplicit } = recogniseEncoding(bytes, 0);
  const isLittleEndian = !isBigEndian;
  if (!FIRST_GROUPS.includes(view.getUint16(0, isLittleEndian))) return false;
  if (isExplicit) return true;
  // Two elements in order, the first no longer than one of these groups would be.
  const length = view.getUint32(4, isLittleEndian);
  const next = 8 + length;
  if (length > LONGEST_FIRST_VALUE || next + 8 > bytes.length) return false;
  const tagAt = (at: number) =>
    view.getUint16(at, isLittleEndian) * 0x10000 + view.getUint16(at + 2, isLittleEndian);
  return tagAt(next) > tagAt(0) && tagAt(next) >>> 16 <= 0x0010;
}
