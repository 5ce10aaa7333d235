/** JPEG of 8 bits: the decoder that reads JPEG files in browsers, to the pixels that sharp gives. */
import type { Levels } from "../../levels.ts";
import type { Samples } from "../levels.ts";
import type { DicomPicture } from "../picture.ts";
import { refuseDamagedDicom, refuseSyntax } from "../refusals.ts";
import { readJpegFrame, requireEnd, requireSameFrame } from "./frame-header.ts";

export async function decodeBaseline(
  frame: Uint8Array,
  picture: DicomPicture,
  decodeJpeg: (frame: Uint8Array) => Promise<Levels>,
): Promise<Samples> {
  const header = readJpegFrame(frame);
  // Baseline, or extended with Huffman coding.
  if (header.marker !== 0xc0 && header.marker !== 0xc1)
    refuseSyntax("JPEG of another process than sequential Huffman");
  if (header.precision === 12) refuseSyntax("JPEG extended with 12 bits (1.2.840.10008.1.2.4.51)");
  requireSameFrame(header, picture);
  requireEnd(frame);
  const { levels, stored, width, height } = await decodeJpeg(frame).catch(() =>
    refuseDamagedDicom("its JPEG cannot be decoded"),
  );
  if (width !== picture.width || height !== picture.height) return refuseDamagedDicom("its JPEG is turned");
  return { patterns: Uint8Array.from({ length: width * height }, (_, i) => levels[i * stored]!), bits: 8 };
}
