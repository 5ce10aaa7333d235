/** The decode path of the upload page in Node: mozjpeg in WebAssembly, fast-png. The same pixels. */
import { readFileSync } from "node:fs";
import { createDecoder, prepareWith } from "@radlite/model/input/browser";

let module: Promise<WebAssembly.Module> | undefined;

export const prepareInput = prepareWith(
  createDecoder(() => {
    module ??= WebAssembly.compile(readFileSync(new URL("mozjpeg_dec.wasm", import.meta.url)));
    return module;
  }),
);
