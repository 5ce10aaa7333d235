/**
 * `decodeRadiograph` for browsers: the pixels that sharp gives in Node, to the bit. Canvas and createImageBitmap
 * would not do: they convert colours, multiply alpha in, cut 16 bits to 8, and some browsers add noise. What
 * these decoders do not read (CMYK, arithmetic coding, a PNG's EXIF or colour key) is refused with reason NEEDS_SERVER, never read
 * otherwise than there. A decoder's code is loaded with the first file of its kind.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Decode } from "../prepare.ts";
import { requireKind } from "../refusals.ts";

/**
 * The WebAssembly of a codec: `mozjpeg` is codec/dec/mozjpeg_dec.wasm of @jsquash/jpeg, `charls` and `openjpeg` are
 * `decodewasm` of @cornerstonejs/codec-charls and -openjpeg.
 */
export type LoadCodec = (codec: "mozjpeg" | "charls" | "openjpeg") => Promise<WebAssembly.Module>;

/** @param loadCodec asked for each file that needs one */
export function createDecoder(loadCodec: LoadCodec): Decode {
  return async (bytes) => {
    const kind = await requireKind(bytes);
    switch (kind) {
      case "jpeg": {
        const [{ decodeJpeg }, module] = await Promise.all([import("./jpeg.ts"), loadCodec("mozjpeg")]);
        return { kind, ...(await decodeJpeg(bytes, module)) };
      }
      case "png": {
        const { decodePng } = await import("./png.ts");
        return { kind, ...(await decodePng(bytes)) };
      }
      case "dicom": {
        const { decodeDicomHere } = await import("./dicom.ts");
        return { kind, ...(await decodeDicomHere(bytes, loadCodec)) };
      }
      default:
        throw new RadliteError("BAD_INPUT", `no decoder for ${kind satisfies never}`);
    }
  };
}
