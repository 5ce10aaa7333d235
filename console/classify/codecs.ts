/** The WebAssembly of picture codecs, fetched with the first file that needs one. */
import charlsPath from "@cornerstonejs/codec-charls/decodewasm";
import openjpegPath from "@cornerstonejs/codec-openjpeg/decodewasm";
import mozjpegPath from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm";
import type { LoadCodec } from "@radlite/model/input/browser";
import { ask } from "./server.ts";

const PATHS = { mozjpeg: mozjpegPath, charls: charlsPath, openjpeg: openjpegPath } as const;
const codecs = new Map<string, Promise<WebAssembly.Module>>();

/** Compiled once a page; asked for again after a failure. */
export const loadCodec: LoadCodec = (codec) => {
  const loading =
    codecs.get(codec) ??
    WebAssembly.compileStreaming(ask(PATHS[codec])).catch((error) => {
      codecs.delete(codec);
      throw error;
    });
  codecs.set(codec, loading);
  return loading;
};
