/**
 * JPEG by mozjpeg in WebAssembly (@jsquash/jpeg): full resolution, upright, every warning a refusal. Each file
 * gets a fresh instance: an error leaves the old one unusable, and a large picture's memory goes with it.
 */
import mozjpeg from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import { initEmscriptenModule } from "@jsquash/jpeg/utils.js";
import { RadliteError } from "@radlite/model/errors";
import { readJpegHeader } from "../jpeg-header.ts";
import type { Levels } from "../levels.ts";
import { refuseDamaged, requireSize } from "../refusals.ts";
import { refuseHere } from "./refusal.ts";

/** Components of a frame that is CMYK or YCCK. */
const CMYK = 4;

/** What mozjpeg begins a warning with; the server's decoder does not come to all that it warns of. */
const WARNING = "Corrupt JPEG data: ";

/**
 * @throws BAD_INPUT with reason NOT_AN_IMAGE, TOO_SMALL, TOO_LARGE, TOO_MANY_SCANS or, for CMYK, arithmetic coding
 *   and coded data with something amiss, NEEDS_SERVER.
 */
export async function decodeJpeg(bytes: Uint8Array, module: WebAssembly.Module): Promise<Levels> {
  const frame = readJpegHeader(bytes);
  if (!frame) return refuseDamaged("jpeg", new Error("it has no frame header"));
  requireSize(frame);
  if (frame.components === CMYK) return refuseHere("this JPEG file is in CMYK");
  if (frame.isArithmetic) return refuseHere("this JPEG file is coded arithmetically");
  const complaints: string[] = [];
  const options: object = { printErr: (line: string) => complaints.push(line) };
  const decoder = await initEmscriptenModule(mozjpeg, module, options);
  const { data, width, height } = decode();
  const channels = frame.components === 1 ? 1 : 3;
  const levels = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return { width, height, levels, stored: 4, channels, hasAlpha: false, white: 255 };

  function decode(): ImageData {
    try {
      const isUpright = true;
      const image = decoder.decode(bytes as Uint8Array<ArrayBuffer>, isUpright);
      if (image && complaints.length === 0) return image;
      if (image && complaints.every((line) => line.startsWith(WARNING)))
        return refuseHere("this JPEG file has bytes that belong to no picture");
    } catch (cause) {
      if (cause instanceof RadliteError) throw cause;
      complaints.push(String(cause));
    }
    return refuseDamaged("jpeg", new Error(complaints[0]));
  }
}
