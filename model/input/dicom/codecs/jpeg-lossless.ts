/**
 * Lossless JPEG, every predictor (ITU-T T.81, annex H), by jpeg-lossless-decoder-js, with three of its faults mended:
 * the mean of predictor 7 is not rounded down there, sampling factors of a lone component repeat its pixels, and a
 * point transform is passed over.
 */
import { Decoder } from "jpeg-lossless-decoder-js";
import type { Samples } from "../levels.ts";
import type { DicomPicture } from "../picture.ts";
import { refuseDamagedDicom, refuseSyntax } from "../refusals.ts";
import { readJpegFrame, requireEnd, requireSameFrame } from "./frame-header.ts";

const LOSSLESS_FRAME = 0xc3;
const SAMPLING_AT = 11; // behind the frame's marker
const ONE_BY_ONE = 0x11;

export function decodeJpegLossless(frame: Uint8Array, picture: DicomPicture): Samples {
  const header = readJpegFrame(frame);
  if (header.marker !== LOSSLESS_FRAME) refuseSyntax("JPEG of another process than lossless Huffman");
  requireSameFrame(header, picture);
  requireEnd(frame);
  if (header.precision < 2) refuseDamagedDicom("its pixels have fewer than 2 bits");
  const copy = frame.slice(); // it stays as it came
  copy[header.at + SAMPLING_AT] = ONE_BY_ONE;
  const decoder = new Decoder();
  decoder.select7 = () => (decoder.getPreviousX() + decoder.getPreviousY()) >> 1;
  const patterns = decode(decoder, copy);
  if (decoder.scan.al !== 0) refuseSyntax("lossless JPEG with a point transform");
  const isWhole = decoder.yLoc === picture.height && patterns?.length === picture.width * picture.height;
  if (!isWhole) return refuseDamagedDicom("its JPEG ends before its last pixel");
  return { patterns, bits: header.precision };
}

function decode(decoder: Decoder, frame: Uint8Array<ArrayBuffer>): Samples["patterns"] | null {
  try {
    return decoder.decode(frame.buffer, frame.byteOffset, frame.byteLength);
  } catch {
    return refuseDamagedDicom("its JPEG cannot be decoded");
  }
}
