/**
 * A DICOM file as a grey picture, as its header says that it is to be shown. Only what decides is read of the header:
 * no name, number or date of anybody is looked at, and no value of the file stands in an error. What differs between
 * Node and a browser comes as an argument; the pixel codecs load with the first file that needs them.
 */
import type { Levels } from "../levels.ts";
import { requireChestFilm } from "./film.ts";
import { findCodedFrame, findNativeFrame } from "./frame.ts";
import { type Samples, toLevels } from "./levels.ts";
import { type Inflate, type ParsedDicom, parseDicom } from "./parse.ts";
import { type DicomPicture, describePicture } from "./picture.ts";
import { refuseSyntax } from "./refusals.ts";
import { findPixelCoding } from "./transfer-syntax.ts";

export interface DicomTools {
  inflate: Inflate;
  /** JPEG of 8 bits as model/input/browser reads it. Rejects with BAD_INPUT. */
  decodeJpeg: (frame: Uint8Array) => Promise<Levels>;
  /** The WebAssembly of a codec: `decodewasm` of its package. */
  loadModule: (codec: "charls" | "openjpeg") => Promise<WebAssembly.Module>;
}

/**
 * @throws BAD_INPUT with reason NOT_A_CHEST_FILM, MULTIFRAME, COLOUR_PHOTO, NOT_AN_IMAGE, TOO_SMALL (400),
 *   TOO_LARGE (413) or UNSUPPORTED_TRANSFER_SYNTAX (415).
 */
export async function decodeDicom(bytes: Uint8Array, tools: DicomTools): Promise<Levels> {
  const { samples, picture } = await readSamples(bytes, tools);
  return toLevels(samples, picture);
}

/** The stored values, not yet made grey. */
export async function readSamples(
  bytes: Uint8Array,
  tools: DicomTools,
): Promise<{ samples: Samples; picture: DicomPicture }> {
  const file = await parseDicom(bytes, tools.inflate);
  requireChestFilm(file);
  return readPicture(file, tools);
}

/** Whatever it is a picture of. */
export async function readPicture(
  file: ParsedDicom,
  tools: DicomTools,
): Promise<{ samples: Samples; picture: DicomPicture }> {
  const picture = describePicture(file);
  return { samples: await decodeFrame(file, picture, tools), picture };
}

async function decodeFrame(file: ParsedDicom, picture: DicomPicture, tools: DicomTools): Promise<Samples> {
  const coding = findCoding(file);
  if (coding === "native") return readNative(file, picture);
  const frame = findCodedFrame(file);
  switch (coding) {
    case "rle":
      return (await import("./codecs/rle.ts")).decodeRle(frame, picture);
    case "jpeg":
      return (await import("./codecs/jpeg.ts")).decodeBaseline(frame, picture, tools.decodeJpeg);
    case "jpeg-lossless":
      return (await import("./codecs/jpeg-lossless.ts")).decodeJpegLossless(frame, picture);
    case "jpeg-ls": {
      const { decodeJpegLs } = await import("./codecs/jpeg-ls.ts");
      return decodeJpegLs(frame, picture, await tools.loadModule("charls"));
    }
    case "jpeg-2000": {
      const { decodeJpeg2000 } = await import("./codecs/jpeg-2000.ts");
      return decodeJpeg2000(frame, picture, await tools.loadModule("openjpeg"));
    }
    default:
      throw new Error(`no decoder for ${coding satisfies never}`);
  }
}

/** A file without a transfer syntax is a data set as it was stored; only pixels that are not coded are read then. */
function findCoding({ transferSyntax, pixelData }: ParsedDicom) {
  if (transferSyntax !== undefined) return findPixelCoding(transferSyntax);
  return pixelData?.length === 0xffffffff ? refuseSyntax("something that the file does not name") : "native";
}

/** Words of 16 bits in the file's order; bytes that were written as such words are in pairs of that order too. */
function readNative(file: ParsedDicom, picture: DicomPicture): Samples {
  const frame = findNativeFrame(file, picture);
  const { bitsAllocated } = picture;
  const isSwapped = file.isBigEndian && file.pixelData?.vr !== "OB";
  if (bitsAllocated === 8) return { patterns: isSwapped ? swapPairs(file, frame) : frame, bits: 8 };
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const patterns = new Uint16Array(frame.length / 2);
  for (let i = 0; i < patterns.length; i++) patterns[i] = view.getUint16(2 * i, !file.isBigEndian);
  return { patterns, bits: 16 };
}

/** The last of an odd number lies behind the byte that fills up. */
function swapPairs({ bytes, pixelData }: ParsedDicom, frame: Uint8Array): Uint8Array {
  const { dataOffset } = pixelData!;
  return Uint8Array.from(frame, (_, i) => bytes[dataOffset + (i ^ 1)]!);
}
