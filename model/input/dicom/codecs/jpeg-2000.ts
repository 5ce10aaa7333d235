/** JPEG 2000, reversible and not (ITU-T T.800), by OpenJPEG in WebAssembly; an instance for each frame. */
import createOpenJpeg from "@cornerstonejs/codec-openjpeg/decodewasmjs";
import type { Samples } from "../levels.ts";
import type { DicomPicture } from "../picture.ts";
import { refuseDamagedDicom } from "../refusals.ts";
import { decodeOnce, instantiateFrom } from "./emscripten.ts";
import { readJpeg2000Frame, requireSameFrame } from "./frame-header.ts";

export async function decodeJpeg2000(
  frame: Uint8Array,
  picture: DicomPicture,
  module: WebAssembly.Module,
): Promise<Samples> {
  const header = readJpeg2000Frame(frame);
  requireSameFrame(header, picture);
  const complaints: string[] = [];
  const options = instantiateFrom(module, (line) => complaints.push(line));
  const { J2KDecoder } = await createOpenJpeg(options);
  const patterns = decodeOnce(J2KDecoder, frame, picture, header.precision);
  // What it papers over, it says in print alone.
  return patterns && complaints.length === 0
    ? { patterns, bits: header.precision }
    : refuseDamagedDicom("its JPEG 2000 cannot be decoded");
}
