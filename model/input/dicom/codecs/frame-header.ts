/**
 * What a coded frame says of itself, read before its decoder sees it: decoders allocate by it, whatever the data set
 * says. ITU-T T.81, B.2.2; ISO/IEC 14495-1, C.2.2; ITU-T T.800, A.5.1.
 */
import { isFrame } from "../../jpeg-header.ts";
import type { DicomPicture } from "../picture.ts";
import { refuseDamagedDicom } from "../refusals.ts";

export interface FrameHeader {
  width: number;
  height: number;
  components: number;
  /** Bits of a sample. */
  precision: number;
  /** Where it stands, and the marker's second byte: 0xc0 baseline, 0xc3 lossless, 0xf7 JPEG-LS. */
  at: number;
  marker: number;
}

const SOI = 0xffd8;
const END = [0xff, 0xd9];
const HEADER_BYTES = 10; // marker, length, precision, height, width, components
const CODESTREAM = 0xff4fff51; // SOC and SIZ
const SIZ_BYTES = 43;

/** The first frame header of a JPEG or JPEG-LS stream. @throws BAD_INPUT where there is none. */
export function readJpegFrame(frame: Uint8Array): FrameHeader {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (frame.length < HEADER_BYTES || view.getUint16(0) !== SOI) refuseDamagedDicom("its pixels are no JPEG");
  let at = 2;
  while (at + HEADER_BYTES <= frame.length && frame[at] === 0xff) {
    const marker = frame[at + 1]!;
    if (marker === 0xff)
      at += 1; // a fill byte
    else if (isFrame(marker)) {
      return {
        precision: frame[at + 4]!,
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: frame[at + 9]!,
        at,
        marker,
      };
    } else at += 2 + view.getUint16(at + 2);
  }
  return refuseDamagedDicom("its JPEG has no frame header");
}

/** Decoders take what is missing for zeros. Behind the end marker a byte may fill up to an even length. */
export function requireEnd(frame: Uint8Array): void {
  const isEnd = (at: number) => frame[at] === END[0] && frame[at + 1] === END[1];
  if (!isEnd(frame.length - 2) && !isEnd(frame.length - 3)) refuseDamagedDicom("its JPEG has no end");
}

/** The size segment, which comes first in a codestream. */
export function readJpeg2000Frame(frame: Uint8Array): FrameHeader {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (frame.length < SIZ_BYTES || view.getUint32(0) !== CODESTREAM)
    refuseDamagedDicom("its pixels are no JPEG 2000 codestream");
  return {
    width: view.getUint32(8) - view.getUint32(16),
    height: view.getUint32(12) - view.getUint32(20),
    components: view.getUint16(40),
    precision: (frame[42]! & 0x7f) + 1,
    at: 0,
    marker: 0x51,
  };
}

/** @throws BAD_INPUT with reason NOT_AN_IMAGE where the frame is another picture than the data set says. */
export function requireSameFrame(
  { width, height, components, precision }: FrameHeader,
  picture: DicomPicture,
): void {
  if (width !== picture.width || height !== picture.height || components !== 1) {
    refuseDamagedDicom(
      `its pixels are ${width}x${height} of ${components} components, expected ${picture.width}x${picture.height} of one`,
    );
  }
  if (precision < 1 || precision > picture.bitsAllocated)
    refuseDamagedDicom(`its pixels have ${precision} bits, expected at most ${picture.bitsAllocated}`);
}
