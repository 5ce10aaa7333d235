/** What the DICOM reader asks of a browser, and the reader with it: loaded with the first file of its kind. */
import { type DicomTools, decodeDicom } from "../dicom/decode.ts";
import type { Inflate } from "../dicom/parse.ts";
import type { Levels } from "../levels.ts";
import type { LoadCodec } from "./decode.ts";
import { decodeJpeg } from "./jpeg.ts";

/** @throws BAD_INPUT as `decodeDicom` does. */
export function decodeDicomHere(bytes: Uint8Array, loadCodec: LoadCodec): Promise<Levels> {
  const tools: DicomTools = {
    inflate,
    decodeJpeg: async (frame) => decodeJpeg(frame, await loadCodec("mozjpeg")),
    loadModule: loadCodec,
  };
  return decodeDicom(bytes, tools);
}

/** Counted as it comes: what was inflated is never more than a piece beyond the bound. */
const inflate: Inflate = async (bytes, maxBytes) => {
  const inflated = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream("deflate-raw"));
  const reader: ReadableStreamDefaultReader<Uint8Array> = inflated.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  while (true) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel();
      throw new Error(`more than ${maxBytes} bytes`);
    }
    pieces.push(value as Uint8Array<ArrayBuffer>);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
};
