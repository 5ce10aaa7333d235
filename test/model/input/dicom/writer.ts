/** Writes DICOM files, sound or not, element by element: explicit little endian, or implicit. PS3.5, 7.1; PS3.10, 7.1. */

/** Bytes, letters, numbers of 16 bits, or the items of a sequence. */
export type Value = Uint8Array | string | readonly number[] | { items: readonly Attributes[] };

/** By tag, `GGGGEEEE`, with the value representation before it: `CS 00080060`. */
export type Attributes = Readonly<Record<string, Value>>;

export interface FileOptions {
  transferSyntax?: string | undefined;
  preamble?: boolean;
  /** In place of what `pixels` would be written as: all bytes of the element. */
  pixelElement?: Uint8Array;
}

export const EXPLICIT = "1.2.840.10008.1.2.1";
const LONG = ["OB", "OW", "SQ", "UN", "UT", "OV", "SV", "UV"];

/** A chest film of 16 bits, 32 x 32, with `over` in place of what it would say; an empty string says nothing. */
export function film(over: Attributes = {}): Attributes {
  return {
    "UI 00080016": "1.2.840.10008.5.1.4.1.1.1.1",
    "CS 00080060": "DX",
    "CS 00180015": "CHEST",
    "CS 00185101": "PA",
    "US 00280002": [1],
    "CS 00280004": "MONOCHROME2",
    "US 00280010": [32],
    "US 00280011": [32],
    "US 00280100": [16],
    "US 00280101": [12],
    "US 00280102": [11],
    "US 00280103": [0],
    "OW 7FE00010": words(ramp(1024)),
    ...over,
  };
}

/** 0, 1, 2 … */
export const ramp = (length: number, of: (i: number) => number = (i) => i): number[] =>
  Array.from({ length }, (_, i) => of(i));

export function words(values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint16Array.from(values).buffer);
}

export function writeDicom(
  attributes: Attributes,
  { transferSyntax = EXPLICIT, preamble = true, pixelElement }: FileOptions = {},
): Uint8Array {
  const meta = transferSyntax ? writeElements({ "UI 00020010": transferSyntax }) : new Uint8Array(0);
  const body = writeElements(attributes);
  const start = preamble ? [new Uint8Array(128), letters("DICM")] : [];
  return join(...start, meta, body, pixelElement ?? new Uint8Array(0));
}

export function writeElements(attributes: Attributes): Uint8Array {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a.slice(3) < b.slice(3) ? -1 : 1));
  return join(...sorted.map(([name, value]) => writeElement(name, value)));
}

export function writeElement(name: string, value: Value): Uint8Array {
  const [vr, tag] = [name.slice(0, 2), name.slice(3)];
  const content = pad(contentOf(value), vr === "UI" || vr === "OB" ? 0 : 32);
  const head = new DataView(new ArrayBuffer(LONG.includes(vr) ? 12 : 8));
  writeTag(head, tag);
  head.setUint8(4, vr.charCodeAt(0));
  head.setUint8(5, vr.charCodeAt(1));
  if (LONG.includes(vr)) head.setUint32(8, content.length, true);
  else head.setUint16(6, content.length, true);
  return join(new Uint8Array(head.buffer), content);
}

/** Pixel data in fragments, an empty table of offsets first. */
export function writeFragments(...fragments: readonly Uint8Array[]): Uint8Array {
  const head = new DataView(new ArrayBuffer(12));
  writeTag(head, "7FE00010");
  head.setUint16(4, 0x424f, true); // OB
  head.setUint32(8, 0xffffffff, true);
  const items = [new Uint8Array(0), ...fragments].map((fragment) => writeItem("FFFEE000", pad(fragment, 0)));
  return join(new Uint8Array(head.buffer), ...items, writeItem("FFFEE0DD", new Uint8Array(0)));
}

function contentOf(value: Value): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === "string") return letters(value);
  if ("items" in value) return join(...value.items.map((item) => writeItem("FFFEE000", writeElements(item))));
  return words(value);
}

function writeItem(tag: string, content: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(8));
  writeTag(head, tag);
  head.setUint32(4, content.length, true);
  return join(new Uint8Array(head.buffer), content);
}

function writeTag(view: DataView, tag: string): void {
  view.setUint16(0, Number.parseInt(tag.slice(0, 4), 16), true);
  view.setUint16(2, Number.parseInt(tag.slice(4), 16), true);
}

const letters = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

function pad(content: Uint8Array, filler: number): Uint8Array {
  return content.length % 2 === 0 ? content : join(content, Uint8Array.of(filler));
}

export function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}
