/**
 * What the header says of the pixels: how many, how they are stored, and how stored values become grey (PS3.3,
 * C.7.6.3, C.11.1, C.11.2). Refuses what is no single grey picture before anything is allocated.
 */
import { RadliteError } from "@radlite/model/errors";
import { requireMemory, requireSize } from "../refusals.ts";
import { type Elements, type ParsedDicom, readText } from "./parse.ts";
import { refuseDamagedDicom } from "./refusals.ts";

const TAGS = {
  samples: "x00280002",
  photometric: "x00280004",
  frames: "x00280008",
  rows: "x00280010",
  columns: "x00280011",
  bitsAllocated: "x00280100",
  bitsStored: "x00280101",
  highBit: "x00280102",
  representation: "x00280103",
  padding: "x00280120",
  paddingLimit: "x00280121",
  windowCentre: "x00281050",
  windowWidth: "x00281051",
  intercept: "x00281052",
  slope: "x00281053",
  voiFunction: "x00281056",
  modalityLuts: "x00283000",
  lutDescriptor: "x00283002",
  lutData: "x00283006",
  voiLuts: "x00283010",
} as const;

const VOI_FUNCTIONS = ["LINEAR", "LINEAR_EXACT", "SIGMOID"] as const;

export interface Window {
  kind: (typeof VOI_FUNCTIONS)[number];
  centre: number;
  width: number;
}

export interface Lut {
  kind: "lut";
  /** The value that the first entry stands for; those below take it too, those above the last take the last. */
  first: number;
  entries: Uint16Array;
  /** An entry has so many; the last level is 2^bits - 1. */
  bits: number;
}

export interface Rescale {
  kind: "rescale";
  slope: number;
  intercept: number;
}

/** PS3.3, C.7.6.3.1.2, with what is retired. */
const IN_COLOUR = /^(PALETTE COLOR|A?RGB|HSV|CMYK|XYB|YBR_\w+)$/;

export interface DicomPicture {
  width: number;
  height: number;
  bitsAllocated: 8 | 16;
  /** At most those allocated. */
  bitsStored: number;
  highBit: number;
  isSigned: boolean;
  /** MONOCHROME1: low values are bright. */
  isInverted: boolean;
  /** Stored values between these, themselves included, are no part of the picture. */
  padding: readonly [low: number, high: number] | undefined;
  modality: Rescale | Lut;
  /** Undefined: all that may be stored is shown. */
  voi: Window | Lut | undefined;
}

/**
 * @throws BAD_INPUT with reason MULTIFRAME, COLOUR_PHOTO, NOT_AN_IMAGE, TOO_SMALL (400), TOO_LARGE (413).
 */
export function describePicture(file: ParsedDicom): DicomPicture {
  const { bytes, elements, pixelData } = file;
  if (!pixelData) refuseDamagedDicom("it holds no pixels that are read");
  const number = (tag: string) => readNumber(file, elements, tag);
  const text = (tag: string) => readText(bytes, elements[tag]);
  const frames = Number.parseInt(text(TAGS.frames) ?? "1", 10);
  if (frames > 1)
    refusePicture("MULTIFRAME", "it holds several frames, one is read: send the one to be judged");
  const photometric = (text(TAGS.photometric) ?? "").toUpperCase();
  const samples = number(TAGS.samples) ?? 1;
  if (samples === 3 || samples === 4 || IN_COLOUR.test(photometric))
    refusePicture("COLOUR_PHOTO", "it is in colour, and radiographs are grey: send the film itself");
  if (samples !== 1) refuseDamagedDicom("a pixel of it has neither one sample nor three");
  if (photometric === "") refuseDamagedDicom("it does not say whether low values are dark or bright");
  if (photometric !== "MONOCHROME1" && photometric !== "MONOCHROME2")
    refusePicture(
      "NOT_AN_IMAGE",
      "its PhotometricInterpretation is none that is known, so that low values may be dark or bright: export it as MONOCHROME2",
    );

  const [width, height] = [number(TAGS.columns) ?? 0, number(TAGS.rows) ?? 0];
  requireSize({ width, height });
  const bitsAllocated = number(TAGS.bitsAllocated);
  if (bitsAllocated !== 8 && bitsAllocated !== 16)
    refusePicture("NOT_AN_IMAGE", "it has neither 8 nor 16 bits a pixel: export it with one of these");
  requireMemory({ width, height, depth: bitsAllocated, channels: 1, hasAlpha: false });
  const bitsStored = number(TAGS.bitsStored) ?? bitsAllocated;
  const highBit = number(TAGS.highBit) ?? bitsStored - 1;
  if (bitsStored < 1 || bitsStored > bitsAllocated || highBit < bitsStored - 1 || highBit >= bitsAllocated)
    refuseDamagedDicom("its bits of a pixel contradict one another");
  const isSigned = number(TAGS.representation) === 1;
  return {
    width,
    height,
    bitsAllocated,
    bitsStored,
    highBit,
    isSigned,
    isInverted: photometric === "MONOCHROME1",
    padding: readPadding(file, isSigned),
    modality: readLut(file, TAGS.modalityLuts, isSigned) ?? readRescale(file),
    voi: readLut(file, TAGS.voiLuts, isSigned) ?? readWindow(file),
  };
}

function refusePicture(reason: string, what: string): never {
  throw new RadliteError("BAD_INPUT", `the DICOM file is not read: ${what}`, { reason });
}

function readPadding(file: ParsedDicom, isSigned: boolean): DicomPicture["padding"] {
  const value = readNumber(file, file.elements, TAGS.padding, { isSigned });
  if (value === undefined) return undefined;
  const limit = readNumber(file, file.elements, TAGS.paddingLimit, { isSigned }) ?? value;
  return [Math.min(value, limit), Math.max(value, limit)];
}

function readRescale({ bytes, elements }: ParsedDicom): Rescale {
  const slope = readDecimal(bytes, elements, TAGS.slope) ?? 1;
  const intercept = readDecimal(bytes, elements, TAGS.intercept) ?? 0;
  if (slope === 0) refuseDamagedDicom("its RescaleSlope is 0");
  return { kind: "rescale", slope, intercept };
}

/** The first of several. A width of 0, or less, is a field that was filled in by nobody, and no window. */
function readWindow({ bytes, elements }: ParsedDicom): Window | undefined {
  const centre = readDecimal(bytes, elements, TAGS.windowCentre);
  const width = readDecimal(bytes, elements, TAGS.windowWidth);
  if (centre === undefined || width === undefined || width <= 0) return undefined;
  const named = readText(bytes, elements[TAGS.voiFunction]) || "LINEAR";
  const kind = VOI_FUNCTIONS.find((name) => name === named);
  if (!kind) return refuseDamagedDicom(`its VOILUTFunction is none of ${VOI_FUNCTIONS.join(", ")}`);
  // Below a width of 1 the linear function has no slope: a step, as at 1.
  return { kind, centre, width: kind === "LINEAR" ? Math.max(width, 1) : width };
}

/** The table in the first item of a sequence, where there is one. */
function readLut(file: ParsedDicom, sequence: string, isSigned: boolean): Lut | undefined {
  const item = file.elements[sequence]?.items?.[0]?.dataSet?.elements;
  if (!item) return undefined;
  const descriptor = (at: number, signed = false) =>
    readNumber(file, item, TAGS.lutDescriptor, { at, isSigned: signed });
  const [count, bits] = [descriptor(0), descriptor(2)];
  const first = descriptor(
    1,
    item[TAGS.lutDescriptor]?.vr === "SS" || (!item[TAGS.lutDescriptor]?.vr && isSigned),
  );
  const data = item[TAGS.lutData];
  if (count === undefined || first === undefined || bits === undefined || !data)
    return refuseDamagedDicom("one of its lookup tables is not whole");
  const length = count === 0 ? 65_536 : count; // PS3.3, C.11.1.1
  if (bits < 1 || bits > 16) refuseDamagedDicom("one of its lookup tables has entries of no known size");
  const isPacked = data.length < 2 * length; // entries of 8 bits, one a byte
  if (data.length < length) refuseDamagedDicom("one of its lookup tables is cut short");
  const view = new DataView(file.bytes.buffer, file.bytes.byteOffset + data.dataOffset, data.length);
  const entries = Uint16Array.from({ length }, (_, i) =>
    isPacked ? view.getUint8(i) : view.getUint16(2 * i, !file.isBigEndian),
  );
  return { kind: "lut", first, entries, bits };
}

/** A value of 16 bits, one of several. */
function readNumber(
  { bytes, isBigEndian }: Pick<ParsedDicom, "bytes" | "isBigEndian">,
  elements: Elements,
  tag: string,
  { at = 0, isSigned = false } = {},
): number | undefined {
  const element = elements[tag];
  if (!element || element.length < 2 * (at + 1)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + element.dataOffset + 2 * at, 2);
  return isSigned ? view.getInt16(0, !isBigEndian) : view.getUint16(0, !isBigEndian);
}

/** A number in letters, the first of several; undefined where there is none. */
function readDecimal(bytes: Uint8Array, elements: Elements, tag: string): number | undefined {
  const [first = ""] = (readText(bytes, elements[tag]) ?? "").split("\\");
  if (first.trim() === "") return undefined;
  const value = Number(first);
  if (!Number.isFinite(value)) refuseDamagedDicom("one of its numbers is none");
  return value;
}
