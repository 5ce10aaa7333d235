/**
 * What the DICOM reader asks of Node: zlib, and the WebAssembly of the codecs as files. Bundled, they lie beside the
 * bundle under the names given here (scripts/build.mjs puts them there); from source, in their packages.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { decodeJpeg } from "../browser/jpeg.ts";
import { type DicomTools, decodeDicom } from "../dicom/decode.ts";
import type { Levels } from "../levels.ts";
import { inflate } from "./inflate.ts";

/** Each codec's file, by name in its package. */
export const CODEC_FILES = {
  charls: "@cornerstonejs/codec-charls/decodewasm",
  openjpeg: "@cornerstonejs/codec-openjpeg/decodewasm",
  mozjpeg: "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm",
} as const;

export const nodeTools: DicomTools = {
  inflate,
  decodeJpeg: async (frame) => decodeJpeg(frame, await loadModule("mozjpeg")),
  loadModule,
};

/** In this thread; see `decodeDicom`. */
export const decodeDicomHere = (bytes: Uint8Array): Promise<Levels> => decodeDicom(bytes, nodeTools);

async function loadModule(name: keyof typeof CODEC_FILES): Promise<WebAssembly.Module> {
  const here = import.meta.url;
  const isSource = here.endsWith(".ts");
  const file = isSource ? createRequire(here).resolve(CODEC_FILES[name]) : new URL(`${name}.wasm`, here);
  return WebAssembly.compile(await readFile(file));
}
