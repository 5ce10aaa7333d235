/**
 * A DICOM file of what it consists of: explicit little endian, sequences and items of defined length, elements by
 * ascending tag, each value of even length (PS3.5, 7.1 and 7.5; PS3.10, 7.1). Text is UTF-8.
 */

/** Text of any kind, numbers of 16 bits, bytes, or the items of a sequence. An empty text is an empty value. */
export type Value = string | readonly number[] | Uint8Array | readonly Attributes[];

/** By tag as the standard writes it, `0010,0020`: the value representation, and the value. */
export interface Attributes {
  readonly [tag: string]: readonly [vr: string, value: Value];
}

export const EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
/** Of this writer: a UUID of its own (PS3.5, B.2). */
const IMPLEMENTATION_CLASS = "2.25.208311571318843953240786436424790312409";
/** Their lengths have 32 bits, behind two bytes of nothing. */
const LONG = ["OB", "OW", "SQ", "UN", "UT", "UC", "UR"];
const ITEM = "fffe,e000";
const PREAMBLE_BYTES = 128;

const utf8 = new TextEncoder();

/** @param attributes with a SOP class (0008,0016) and instance (0008,0018), which the file's own head repeats. */
export function writeFile(attributes: Attributes): Uint8Array {
  const meta = writeElements({
    "0002,0001": ["OB", Uint8Array.of(0, 1)],
    "0002,0002": attributes["0008,0016"]!,
    "0002,0003": attributes["0008,0018"]!,
    "0002,0010": ["UI", EXPLICIT_LITTLE_ENDIAN],
    "0002,0012": ["UI", IMPLEMENTATION_CLASS],
    "0002,0013": ["SH", "RADLITE"],
  });
  const length = writeElement("0002,0000", "UL", writeUint32(meta.length));
  const start = [new Uint8Array(PREAMBLE_BYTES), utf8.encode("DICM")];
  return join([...start, length, meta, writeElements(attributes)]);
}

export function writeElements(attributes: Attributes): Uint8Array {
  // Tags are of one length and in lower case, so that their order is that of their letters.
  const sorted = Object.keys(attributes).sort();
  return join(sorted.map((tag) => writeElement(tag, ...attributes[tag]!)));
}

function writeElement(tag: string, vr: string, value: Value): Uint8Array {
  const content = pad(contentOf(value), vr);
  const isLong = LONG.includes(vr);
  const length = isLong ? [Uint8Array.of(0, 0), writeUint32(content.length)] : [writeUint16(content.length)];
  return join([writeTag(tag), utf8.encode(vr), ...length, content]);
}

function contentOf(value: Value): Uint8Array {
  if (typeof value === "string") return utf8.encode(value);
  if (value instanceof Uint8Array) return value;
  return join(value.map((one) => (typeof one === "number" ? writeUint16(one) : writeItem(one))));
}

function writeItem(attributes: Attributes): Uint8Array {
  const content = writeElements(attributes);
  return join([writeTag(ITEM), writeUint32(content.length), content]);
}

/** Text is filled up with a blank, identifiers and bytes with a zero. */
function pad(content: Uint8Array, vr: string): Uint8Array {
  if (content.length % 2 === 0) return content;
  return join([content, Uint8Array.of(["UI", "OB"].includes(vr) ? 0 : 0x20)]);
}

function writeTag(tag: string): Uint8Array {
  return join(tag.split(",").map((half) => writeUint16(Number.parseInt(half, 16))));
}

function writeUint16(value: number): Uint8Array {
  if (!(value <= 0xffff)) throw new Error(`${value} does not fit 16 bits`);
  return Uint8Array.of(value & 0xff, value >>> 8);
}

function writeUint32(value: number): Uint8Array {
  return join([writeUint16(value & 0xffff), writeUint16(value >>> 16)]);
}

const join = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
