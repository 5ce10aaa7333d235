/**
 * From bytes to the elements before the pixels. dicom-parser reads them; what it lacks stands here: a count that ends
 * a file of millions of elements or of lengths that lead nowhere, the three value representations of 64 bits, files
 * without preamble or with a false transfer syntax, a bound for what is inflated, and lengths held to their parents.
 */
import { RadliteError } from "@radlite/model/errors";
import dicomParser, { type ByteArrayParser, type ByteStream, type DataSet, type Element } from "dicom-parser";
import { hasPreamble, META_AT, recogniseEncoding } from "../dicom-signature.ts";
import { DICOM_LIMITS } from "./limits.ts";
import { refuseDamagedDicom, refuseLargeDicom } from "./refusals.ts";
import { BIG_ENDIAN, DEFLATED } from "./transfer-syntax.ts";

const PIXEL_DATA = "x7fe00010";
const TRANSFER_SYNTAX = "x00020010";
const UNDEFINED_LENGTH = 0xffffffff;
/** Reads of a number for each element or item: its tag in two, its length, and the tag behind it to look ahead. */
const READS_PER_ELEMENT = 5;

/** Raw inflate (RFC 1951) of at most `maxBytes`; rejects where there are more, or where they make no sense. */
export type Inflate = (bytes: Uint8Array, maxBytes: number) => Promise<Uint8Array>;

export interface ParsedDicom {
  elements: Elements;
  /** As the file names it; undefined where it names none. */
  transferSyntax: string | undefined;
  isBigEndian: boolean;
  /** What all offsets count in: the file, or what was inflated from it. */
  bytes: Uint8Array;
  /** Undefined where the file holds none. Its length may be undefined, 0xffffffff. */
  pixelData: Element | undefined;
}

export type Elements = Readonly<Record<string, Element | undefined>>;

/** @throws BAD_INPUT with reason NOT_AN_IMAGE for what cannot be read, TOO_LARGE (413) for what is beyond a limit. */
export async function parseDicom(file: Uint8Array, inflate: Inflate): Promise<ParsedDicom> {
  if (file.length > DICOM_LIMITS.maxFileBytes)
    refuseLargeDicom(`it has ${file.length} bytes, at most ${DICOM_LIMITS.maxFileBytes} are read`);
  const { transferSyntax, end } = readMeta(file);
  const isDeflated = transferSyntax === DEFLATED;
  const bytes = isDeflated ? await inflateRest(file.subarray(end), inflate) : file;
  const start = isDeflated ? 0 : end;
  if (start >= bytes.length) refuseDamagedDicom("it ends before its data set");
  const found = recogniseEncoding(bytes, start);
  const isBigEndian = transferSyntax === undefined ? found.isBigEndian : transferSyntax === BIG_ENDIAN;
  const elements = readElements(bytes, start, { isBigEndian, isExplicit: found.isExplicit });
  return { elements, transferSyntax, isBigEndian, bytes, pixelData: elements[PIXEL_DATA] };
}

/** Group 2, which is explicit little endian whatever follows; it may lack its preamble, or be lacking. */
function readMeta(file: Uint8Array): { transferSyntax: string | undefined; end: number } {
  const stream = createStream(file, hasPreamble(file) ? META_AT : 0, dicomParser.littleEndianByteArrayParser);
  let transferSyntax: string | undefined;
  guard(() => {
    while (file[stream.position] === 0x02 && file[stream.position + 1] === 0x00) {
      const element = dicomParser.readDicomElementExplicit(stream, []);
      if (stream.position > file.length) refuseDamagedDicom("a length leads out of it");
      if (element.tag === TRANSFER_SYNTAX) transferSyntax = readText(file, element) || undefined;
    }
  });
  return { transferSyntax, end: stream.position };
}

async function inflateRest(deflated: Uint8Array, inflate: Inflate): Promise<Uint8Array> {
  const { maxInflatedBytes } = DICOM_LIMITS;
  try {
    return await inflate(deflated, maxInflatedBytes);
  } catch {
    return refuseDamagedDicom(
      `its deflated data set cannot be inflated, or is over ${maxInflatedBytes} bytes`,
    );
  }
}

function readElements(
  bytes: Uint8Array,
  start: number,
  { isBigEndian, isExplicit }: { isBigEndian: boolean; isExplicit: boolean },
): Elements {
  const numbers = isBigEndian
    ? dicomParser.bigEndianByteArrayParser
    : dicomParser.littleEndianByteArrayParser;
  const stream = createStream(bytes, start, numbers);
  const elements: Record<string, Element> = {};
  const dataSet = { byteArray: bytes, byteArrayParser: numbers, elements, warnings: [] as string[] };
  const parse = isExplicit ? dicomParser.parseDicomDataSetExplicit : dicomParser.parseDicomDataSetImplicit;
  guard(() => parse(dataSet as unknown as DataSet, stream, bytes.length, { untilTag: PIXEL_DATA }));
  requireLimits(elements, bytes.length);
  return elements;
}

/** What dicom-parser throws is a string, an object with the data set in it, or a bug of its own: none goes further. */
function guard(parse: () => void): void {
  try {
    parse();
  } catch (problem) {
    if (problem instanceof RadliteError) throw problem;
    refuseDamagedDicom("its elements cannot be read");
  }
}

function createStream(bytes: Uint8Array, at: number, numbers: ByteArrayParser): ByteStream {
  if (at >= bytes.length) refuseDamagedDicom("it ends before its data set");
  const stream = new dicomParser.ByteStream(numbers, bytes, at);
  const { readUint16, readUint32, readFixedString } = stream;
  let left = DICOM_LIMITS.maxElements * READS_PER_ELEMENT;
  const count = () => {
    if (left-- <= 0)
      refuseLargeDicom(`it has more than ${DICOM_LIMITS.maxElements} elements before its pixels`);
  };
  return Object.assign(stream, {
    readUint16: () => {
      count();
      return readUint16.call(stream);
    },
    readUint32: () => {
      count();
      return readUint32.call(stream);
    },
    // It reads a length of 16 bits for these, and one of 32, as it should, for an unknown one.
    readFixedString: (length: number) => {
      const text = readFixedString.call(stream, length);
      return ["OV", "SV", "UV"].includes(text) ? "UN" : text;
    },
  });
}

/** Every element within its parent, and not too many of them, nor too deep. */
function requireLimits(all: Elements, fileEnd: number): void {
  let count = 0;
  const visit = (elements: Elements, end: number, depth: number): void => {
    if (depth > DICOM_LIMITS.maxDepth)
      refuseLargeDicom(`its sequences lie ${depth} deep, at most ${DICOM_LIMITS.maxDepth} are read`);
    for (const element of Object.values(elements) as Element[]) {
      count += 1;
      if (element.length === UNDEFINED_LENGTH && element.tag === PIXEL_DATA) continue; // found by its delimiter
      const elementEnd = element.dataOffset + element.length;
      if (!(elementEnd <= end)) refuseDamagedDicom("an element is longer than what holds it");
      for (const item of element.items ?? []) {
        count += 1;
        if (!(item.dataOffset + item.length <= elementEnd))
          refuseDamagedDicom("an item is longer than its sequence");
        if (item.dataSet) visit(item.dataSet.elements, item.dataOffset + item.length, depth + 1);
      }
    }
    if (count > DICOM_LIMITS.maxElements)
      refuseLargeDicom(`it has more than ${DICOM_LIMITS.maxElements} elements before its pixels`);
  };
  visit(all, fileEnd, 0);
}

/** Longer values are none that decide anything. */
const LONGEST_TEXT = 1024;

/** A value of letters and digits, all of it, without the padding at its ends; undefined where there is none. */
export function readText(bytes: Uint8Array, element: Element | undefined): string | undefined {
  if (!element || element.length === 0 || element.length > LONGEST_TEXT) return undefined;
  const value = bytes.subarray(element.dataOffset, element.dataOffset + element.length);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: values are padded with blanks or zeros
  return String.fromCharCode(...value).replace(/^[\s\x00]+|[\s\x00]+$/g, "");
}
