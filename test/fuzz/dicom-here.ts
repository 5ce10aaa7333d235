/**
 * The DICOM reader without the thread that the product reads it in, whose bundle is not there: the process that meets
 * the inputs may die in its place. Codecs are compiled once, since they are not what is tried here.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";
import { decodeJpeg } from "../../model/input/browser/jpeg.ts";
import { decodeDicom } from "../../model/input/dicom/decode.ts";
import { CODEC_FILES } from "../../model/input/node/dicom-tools.ts";

const compiled = new Map<string, Promise<WebAssembly.Module>>();

function loadModule(codec: keyof typeof CODEC_FILES): Promise<WebAssembly.Module> {
  const file = createRequire(import.meta.url).resolve(CODEC_FILES[codec]);
  const module = compiled.get(codec) ?? WebAssembly.compile(readFileSync(file));
  compiled.set(codec, module);
  return module;
}

export const inflate = (bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> =>
  promisify(inflateRaw)(bytes, { maxOutputLength: maxBytes });

/** In place of model/input/node/dicom.ts. */
export function decodeDicomAside(bytes: Uint8Array): ReturnType<typeof decodeDicom> {
  const tools = {
    inflate,
    loadModule,
    decodeJpeg: async (frame: Uint8Array) => decodeJpeg(frame, await loadModule("mozjpeg")),
  };
  return decodeDicom(bytes, tools);
}
