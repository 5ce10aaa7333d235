/**
 * `decodeRadiograph` for browsers: the pixels that sharp gives in Node, to the bit. Canvas and createImageBitmap
 * would not do: they convert colours, multiply alpha in, cut 16 bits to 8, and some browsers add noise. What
 * these decoders do not read (CMYK, a PNG's EXIF or colour key) is refused with reason NEEDS_SERVER, never read
 * otherwise than there. A decoder's code is loaded with the first file of its kind.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Decode } from "../prepare.ts";
import { requireKind } from "../refusals.ts";

/** @param loadJpegModule the WebAssembly of @jsquash/jpeg, codec/dec/mozjpeg_dec.wasm; asked for each JPEG file */
export function createDecoder(loadJpegModule: () => Promise<WebAssembly.Module>): Decode {
  return async (bytes) => {
    const kind = requireKind(bytes);
    switch (kind) {
      case "jpeg": {
        const [{ decodeJpeg }, module] = await Promise.all([import("./jpeg.ts"), loadJpegModule()]);
        return { kind, ...(await decodeJpeg(bytes, module)) };
      }
      case "png": {
        const { decodePng } = await import("./png.ts");
        return { kind, ...decodePng(bytes) };
      }
      default:
        throw new RadliteError("BAD_INPUT", `no decoder for ${kind satisfies never}`);
    }
  };
}
