/**
 * What a JPEG file says of itself, read before a decoder sees it (ITU-T T.81, annex B): which process it is coded
 * with, its size, and how many scans it has. Markers are found as libjpeg finds them, whatever lies between, so
 * that no scan escapes the count: a scan of a few bytes makes a decoder go over every block of the picture.
 */
import { RadliteError } from "@radlite/model/errors";
import { INPUT_LIMITS } from "./limits.ts";
import { refuseForeign } from "./refusals.ts";

export interface JpegHeader {
  width: number;
  height: number;
  components: number;
  /** Arithmetic coding in place of Huffman's. */
  isArithmetic: boolean;
}

const EOI = 0xd9;
const SOS = 0xda;
/** DAC: how arithmetic coding begins. */
const CONDITIONING = 0xcc;
/** Frame markers that are read: baseline, extended, progressive, each with Huffman or arithmetic coding. */
const READ_FRAMES = [0xc0, 0xc1, 0xc2, 0xc9, 0xca];
const ARITHMETIC_FRAMES = [0xc9, 0xca];
const LOSSLESS_FRAMES = [0xc3, 0xcb];
/** SOF55 of ISO/IEC 14495-1. */
const JPEG_LS_FRAME = 0xf7;
const FRAME_BYTES = 10; // marker, length, precision, height, width, components

/**
 * Undefined where no frame header comes before the first scan.
 * @throws BAD_INPUT with reason NOT_AN_IMAGE (415) for a process or depth that is not read, TOO_MANY_SCANS.
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let header: JpegHeader | undefined;
  let scans = 0;
  let hasConditioning = false;
  for (const { marker, at } of listMarkers(bytes)) {
    if (marker === EOI) break;
    hasConditioning ||= marker === CONDITIONING;
    if (marker === SOS) {
      scans += 1;
      if (!header) return undefined;
    } else if (!header && isFrame(marker) && at + FRAME_BYTES <= bytes.length) {
      requireProcess(marker, bytes[at + 4]!);
      header = {
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: bytes[at + 9]!,
        isArithmetic: ARITHMETIC_FRAMES.includes(marker),
      };
    }
  }
  if (scans > INPUT_LIMITS.maxScans) {
    throw new RadliteError(
      "BAD_INPUT",
      `the JPEG file has ${scans} scans; at most ${INPUT_LIMITS.maxScans} are read: save it as a plain JPEG or PNG`,
      { reason: "TOO_MANY_SCANS" },
    );
  }
  return header && { ...header, isArithmetic: header.isArithmetic || hasConditioning };
}

/** Markers in the order of the file, `at` the byte of 0xff before each. Coded data is passed over. */
function* listMarkers(bytes: Uint8Array): Generator<{ marker: number; at: number }> {
  let at = 2; // behind SOI
  while (true) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return;
    while (bytes[at + 1] === 0xff) at += 1; // fill bytes
    const marker = bytes[at + 1];
    if (marker === undefined) return;
    if (marker === 0x00 || isRestart(marker) || marker === 0x01) {
      at += 2; // a byte of coded data, or a marker without a length
      continue;
    }
    yield { marker, at };
    at += 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
  }
}

const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;

/** SOF0 to SOF15 without DHT, JPG and DAC, which lie between, and SOF55. */
export const isFrame = (marker: number): boolean =>
  marker === JPEG_LS_FRAME || (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker));

function requireProcess(marker: number, precision: number): void {
  const refuse = (name: string) =>
    refuseForeign(name, "save it as plain JPEG of 8 bits, or as PNG of 8 or 16");
  if (marker === JPEG_LS_FRAME) refuse("JPEG-LS");
  if (LOSSLESS_FRAMES.includes(marker)) refuse("lossless JPEG");
  if (!READ_FRAMES.includes(marker)) refuse("hierarchical JPEG");
  if (precision !== 8) refuse(`JPEG of ${precision} bits a level`);
}
