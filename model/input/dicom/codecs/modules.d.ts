/** The codecs come without types. */
declare module "@cornerstonejs/codec-charls/decodewasmjs" {
  import type { EmscriptenOptions, FrameDecoder } from "./emscripten.ts";

  const create: (options: EmscriptenOptions) => Promise<{ JpegLSDecoder: new () => FrameDecoder }>;
  export default create;
}

declare module "@cornerstonejs/codec-openjpeg/decodewasmjs" {
  import type { EmscriptenOptions, FrameDecoder } from "./emscripten.ts";

  const create: (options: EmscriptenOptions) => Promise<{ J2KDecoder: new () => FrameDecoder }>;
  export default create;
}

declare module "jpeg-lossless-decoder-js" {
  export class Decoder {
    decode(buffer: ArrayBuffer, offset: number, length: number): Uint8Array | Uint16Array | null;
    select7(): number;
    getPreviousX(): number;
    getPreviousY(): number;
    /** Rows that are whole. */
    readonly yLoc: number;
    /** `al`: the point transform. */
    readonly scan: { readonly al: number };
  }
}
