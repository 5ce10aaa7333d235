/**
 * JPEG by mozjpeg in WebAssembly (@jsquash/jpeg): full resolution, upright, every warning a refusal. Each file
 * gets a fresh instance: an error leaves the old one unusable, and a large picture's memory goes with it.
 */
import mozjpeg from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import { initEmscriptenModule } from "@jsquash/jpeg/utils.js";
import type { Levels } from "../levels.ts";
import { refuseDamaged, requireSize } from "../refusals.ts";
import { refuseHere } from "./refusal.ts";

/** Components of a frame that is CMYK or YCCK. */
const CMYK = 4;

/** @throws BAD_INPUT with reason NOT_AN_IMAGE, TOO_SMALL, TOO_LARGE or, for CMYK, NEEDS_SERVER. */
export async function decodeJpeg(bytes: Uint8Array, module: WebAssembly.Module): Promise<Levels> {
  const frame = readFrame(bytes);
  if (!frame) return refuseDamaged("jpeg", new Error("it has no frame header"));
  requireSize(frame);
  if (frame.components === CMYK) return refuseHere("this JPEG file is in CMYK");
  const complaints: string[] = [];
  const options: object = { printErr: (line: string) => complaints.push(line) };
  const decoder = await initEmscriptenModule(mozjpeg, module, options);
  const { data, width, height } = decode();
  const channels = frame.components === 1 ? 1 : 3;
  const levels = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return { width, height, levels, stored: 4, channels, hasAlpha: false };

  function decode(): ImageData {
    try {
      const isUpright = true;
      const image = decoder.decode(bytes as Uint8Array<ArrayBuffer>, isUpright);
      if (image && complaints.length === 0) return image;
    } catch (cause) {
      complaints.push(String(cause));
    }
    return refuseDamaged("jpeg", new Error(complaints[0]));
  }
}

interface Frame {
  width: number;
  height: number;
  components: number;
}

/** What the first frame header says; ITU-T T.81, B.1.1.2 and B.2.2. */
function readFrame(bytes: Uint8Array): Frame | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 2; // behind SOI
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1; // a fill byte
    } else if (isStandalone(marker)) {
      at += 2;
    } else if (isFrame(marker)) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), components: bytes[at + 9]! };
    } else {
      at += 2 + view.getUint16(at + 2);
    }
  }
  return undefined;
}

/** TEM and RST0 to RST7 have no length. */
const isStandalone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

/** SOF0 to SOF15 without DHT, JPG and DAC, which lie between. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
