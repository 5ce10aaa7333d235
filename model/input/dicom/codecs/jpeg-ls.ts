/** JPEG-LS, lossless and near lossless (ISO/IEC 14495-1), by CharLS in WebAssembly; an instance for each frame. */
import createCharls from "@cornerstonejs/codec-charls/decodewasmjs";
import type { Samples } from "../levels.ts";
import type { DicomPicture } from "../picture.ts";
import { refuseDamagedDicom } from "../refusals.ts";
import { decodeOnce, instantiateFrom } from "./emscripten.ts";
import { readJpegFrame, requireEnd, requireSameFrame } from "./frame-header.ts";

export async function decodeJpegLs(
  frame: Uint8Array,
  picture: DicomPicture,
  module: WebAssembly.Module,
): Promise<Samples> {
  const header = readJpegFrame(frame);
  requireSameFrame(header, picture);
  requireEnd(frame);
  const { JpegLSDecoder } = await createCharls(instantiateFrom(module, () => {}));
  const patterns = decodeOnce(JpegLSDecoder, frame, picture, header.precision);
  return patterns
    ? { patterns, bits: header.precision }
    : refuseDamagedDicom("its JPEG-LS cannot be decoded");
}
