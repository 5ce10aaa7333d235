/**
 * DICOM files that are right but for what was changed in them: what a header says, how elements nest, the coded pixels
 * themselves. Lengths are made right again, so that a change reaches what reads it.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { findRepositoryRoot } from "@radlite/training/recipes";
import {
  type Attributes,
  type FileOptions,
  film,
  join as joinBytes,
  type Value,
  words,
  writeDicom,
  writeElements,
  writeFragments,
} from "../model/input/dicom/writer.ts";
import type { Numbers } from "../model/networks.ts";
import { mutateBytes, randomBytes } from "./bytes.ts";

const SYNTAX = "1.2.840.10008.1.2";
const DEFLATED = `${SYNTAX}.1.99`;

/** The pixels of a coded fixture, and what its header has to say of them. */
interface Coded {
  transferSyntax: string;
  bits: number;
  frame: Uint8Array;
}

export interface Films {
  coded: readonly Coded[];
  /** Files of others' writing, to change blindly. */
  whole: readonly Uint8Array[];
}

const CODED: readonly (readonly [name: string, ending: string, bits: number])[] = [
  ["rle-8", ".5", 8],
  ["rle-12", ".5", 12],
  ["jpeg-8", ".4.50", 8],
  ["jpeg-lossless-12", ".4.70", 12],
  ["jpeg-lossless-16", ".4.57", 16],
  ["jpeg-ls-12", ".4.80", 12],
  ["jpeg-ls-near-8", ".4.81", 8],
  ["jpeg-2000-12", ".4.90", 12],
  ["jpeg-2000-lossy-12", ".4.91", 12],
];
const WHOLE = [
  "implicit-12",
  "big-endian-12",
  "big-endian-8",
  "deflated-12",
  "no-preamble-12",
  "no-preamble-8",
];
const SIDES = { "US 00280010": [72], "US 00280011": [80] };

export function readFilms(): Films {
  // A bundle of this lies elsewhere.
  const read = (name: string) =>
    readFileSync(join(findRepositoryRoot(), "test/fixtures/dicom", `${name}.dcm`));
  return {
    coded: CODED.map(([name, ending, bits]) => ({
      transferSyntax: SYNTAX + ending,
      bits,
      frame: fragmentsOf(read(name)),
    })),
    whole: [...WHOLE, ...CODED.map(([name]) => name)].map(read),
  };
}

/** All fragments of the pixels, put together; the fixtures end with them. */
function fragmentsOf(file: Buffer): Uint8Array {
  let at = file.lastIndexOf(Buffer.from("e07f1000", "hex")) + 12; // the element's head is explicit, of 12 bytes
  const fragments: Uint8Array[] = [];
  while (file.readUInt16LE(at + 2) === 0xe000) {
    const length = file.readUInt32LE(at + 4);
    fragments.push(file.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return joinBytes(...fragments.slice(1));
}

/** Coded pixels with a change in them, or in what the header says of them. */
export function changeCoded({ coded }: Films, numbers: Numbers): Uint8Array {
  const { transferSyntax, bits, frame } = numbers.pick(coded);
  const donor = numbers.pick(coded);
  const changed = changeFrame(frame, numbers, donor.frame);
  const { "OW 7FE00010": _native, ...header } = film({ ...SIDES, ...bitsOf(bits) });
  return writeDicom(changeHeader(header, numbers, 3), {
    transferSyntax: numbers.whole(0, 15) === 0 ? donor.transferSyntax : transferSyntax,
    pixelElement: writeFragments(...splitFrame(changed, numbers)),
  });
}

/** Most codecs stop at the first fault: half of the changes are behind the headers. */
function changeFrame(frame: Uint8Array, numbers: Numbers, donor: Uint8Array): Uint8Array {
  switch (numbers.whole(0, 6)) {
    case 0:
      return frame;
    case 1:
      return frame.subarray(0, numbers.whole(0, frame.length));
    case 2: {
      const headers = Math.min(200, frame.length);
      return joinBytes(mutateBytes(frame.subarray(0, headers), numbers, donor, 2), frame.subarray(headers));
    }
    case 3:
      return mutateBytes(frame, numbers, donor, 6);
    default: {
      const from = numbers.whole(Math.min(120, frame.length), frame.length - 2);
      const end = frame.length - 2; // the end marker stays
      return joinBytes(
        frame.subarray(0, from),
        mutateBytes(frame.subarray(from, end), numbers, donor, 3),
        frame.subarray(end),
      );
    }
  }
}

function splitFrame(frame: Uint8Array, numbers: Numbers): Uint8Array[] {
  const pieces = numbers.pick([1, 1, 1, 2, 5]);
  const size = Math.ceil(frame.length / pieces / 2) * 2;
  return Array.from({ length: pieces }, (_, i) => frame.subarray(i * size, (i + 1) * size));
}

/** Pixels as they are, under headers of every kind; at times deflated. */
export function changeNative(numbers: Numbers): Uint8Array {
  const bits = numbers.pick([8, 10, 12, 14, 16]);
  const count = 32 * 33;
  const bytes = randomBytes(numbers, 64);
  const pixels = Uint8Array.from({ length: count * (bits === 8 ? 1 : 2) }, (_, i) => bytes[i % 61]!);
  const attributes = changeHeader(
    film({ "US 00280010": [33], ...bitsOf(bits), "OW 7FE00010": pixels }),
    numbers,
    numbers.whole(0, 5),
  );
  if (numbers.whole(0, 9) > 0) return writeDicom(attributes, writing(numbers));
  const packed = deflateRawSync(writeElements(attributes));
  const damaged = numbers.whole(0, 2) === 0 ? mutateBytes(packed, numbers, pixels) : packed;
  return joinBytes(writeDicom({}, { transferSyntax: DEFLATED }), damaged);
}

function writing(numbers: Numbers): FileOptions {
  return {
    preamble: numbers.whole(0, 5) > 0,
    transferSyntax: numbers.pick([
      `${SYNTAX}.1`,
      `${SYNTAX}.1`,
      SYNTAX,
      `${SYNTAX}.2`,
      undefined,
      `${SYNTAX}.5`,
    ]),
  };
}

/** A file of pydicom's writing, changed without regard to what it means. */
export function changeWhole({ whole }: Films, numbers: Numbers): Uint8Array {
  const file = numbers.pick(whole);
  if (numbers.whole(0, 5) === 0) return file.subarray(0, numbers.whole(0, file.length));
  const start = numbers.pick([0, 128, 132]);
  const end = numbers.pick([600, 1100, file.length]);
  return joinBytes(
    file.subarray(0, start),
    mutateBytes(file.subarray(start, end), numbers, numbers.pick(whole).subarray(0, 900), 4),
    file.subarray(end),
  );
}

function bitsOf(bits: number): Attributes {
  return { "US 00280100": [bits === 8 ? 8 : 16], "US 00280101": [bits], "US 00280102": [bits - 1] };
}

const NUMBERS = [0, 1, 2, 7, 8, 9, 12, 15, 16, 17, 31, 32, 33, 255, 256, 4095, 32_767, 32_768, 65_535];
const DECIMALS = [
  "",
  "0",
  "1",
  "-1",
  "0.5",
  "1e9",
  "-1e300",
  "1e999",
  "NaN",
  "100\\200",
  "2000",
  " 7 ",
  "\\",
  "0x10",
];
const TEXTS = [
  "",
  "MONOCHROME1",
  "MONOCHROME2",
  "LINEAR",
  "LINEAR_EXACT",
  "SIGMOID",
  "CHEST",
  "AP",
  "1",
  "2",
  "DX",
  "CR",
];

/** What decides, and values for each that are strange but of its kind. */
function changeHeader(header: Attributes, numbers: Numbers, most: number): Attributes {
  const changed: Record<string, Value> = { ...header };
  for (let change = numbers.whole(0, most); change > 0; change--) {
    const name = numbers.pick(Object.keys(header));
    switch (numbers.whole(0, 10)) {
      case 0:
        delete changed[name];
        break;
      case 1:
        changed[numbers.pick(["US 00280120", "US 00280121", "US 00280103"])] = [numbers.pick(NUMBERS)];
        break;
      case 2:
      case 3:
        changed["DS 00281050"] = numbers.pick(DECIMALS);
        changed["DS 00281051"] = numbers.pick(DECIMALS);
        changed["CS 00281056"] = numbers.pick(["", "LINEAR", "LINEAR_EXACT", "SIGMOID", "CUBE"]);
        break;
      case 4:
        changed["DS 00281052"] = numbers.pick(DECIMALS);
        changed["DS 00281053"] = numbers.pick(DECIMALS);
        break;
      case 5:
      case 6:
        changed[numbers.pick(["SQ 00283000", "SQ 00283010"])] = { items: [inventLut(numbers)] };
        break;
      case 7:
        changed["SQ 00081140"] = { items: [nest(numbers, numbers.pick([0, 1, 5, 31, 32, 40]))] };
        break;
      case 8:
        changed["CS 00280004"] = numbers.pick(TEXTS);
        break;
      case 9:
        if (name.startsWith("US")) changed[name] = [numbers.pick(NUMBERS)];
        else if (name.startsWith("CS")) changed[name] = numbers.pick(TEXTS);
        break;
      default:
        changed[`${numbers.pick(["OV", "SV", "UV", "UN", "OB", "LO", "UT"])} 00091001`] = randomBytes(
          numbers,
          numbers.pick([0, 1, 8, 300]),
        );
    }
  }
  return changed;
}

function inventLut(numbers: Numbers): Attributes {
  const count = numbers.pick([0, 1, 2, 256, 4096, 65_535]);
  const entries = numbers.pick([count, count, count - 1, 65_536]);
  const values = randomBytes(numbers, 16);
  const data = words(Array.from({ length: Math.max(entries, 0) }, (_, i) => values[i % 16]! * 257));
  return {
    [numbers.pick(["US 00283002", "SS 00283002"])]: [
      count,
      numbers.pick(NUMBERS),
      numbers.pick([0, 1, 8, 10, 12, 16, 17, 65_535]),
    ],
    "OW 00283006": numbers.whole(0, 3) === 0 ? data.subarray(0, data.length / 2) : data,
  };
}

function nest(numbers: Numbers, depth: number): Attributes {
  if (depth === 0) return { "LO 00080104": "CODE", "OW 7FE00010": randomBytes(numbers, 4) };
  return { "SQ 00081140": { items: [nest(numbers, depth - 1)] } };
}
