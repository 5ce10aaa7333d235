/**
 * What both codecs in WebAssembly share. A decoder that is used again gives the picture before for input that it
 * cannot read, without an error: one a frame, freed whatever happens, and its result held to the expected size.
 */
import type { Samples } from "../levels.ts";
import type { DicomPicture } from "../picture.ts";

export interface EmscriptenOptions {
  instantiateWasm: (
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance) => void,
  ) => object;
  print: (line: string) => void;
  printErr: (line: string) => void;
}

/** `complain` is given what the codec prints as an error. */
export function instantiateFrom(
  module: WebAssembly.Module,
  complain: (line: string) => void,
): EmscriptenOptions {
  return {
    instantiateWasm: (imports, receive) => {
      // A module that is compiled already does not reject; the codec takes no error here.
      WebAssembly.instantiate(module, imports).then(receive);
      return {};
    },
    print: () => {},
    printErr: complain,
  };
}

export interface FrameDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  /** A view of the codec's memory. */
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number };
  decode(): void;
  delete(): void;
}

/** Undefined where the frame cannot be decoded, or into something else than its header says. */
export function decodeOnce(
  Decoder: new () => FrameDecoder,
  frame: Uint8Array,
  { width, height }: DicomPicture,
  precision: number,
): Samples["patterns"] | undefined {
  const decoder = new Decoder();
  try {
    decoder.getEncodedBuffer(frame.length).set(frame);
    decoder.decode();
    const info = decoder.getFrameInfo();
    const bytes = decoder.getDecodedBuffer();
    const isExpected =
      info.width === width &&
      info.height === height &&
      info.componentCount === 1 &&
      info.bitsPerSample === precision;
    const isDeep = precision > 8;
    if (!isExpected || bytes.length !== width * height * (isDeep ? 2 : 1)) return undefined;
    const copy = bytes.slice(); // the codec's memory goes with it
    return isDeep ? new Uint16Array(copy.buffer, copy.byteOffset, width * height) : copy;
  } catch {
    return undefined; // numbers, strings and aborts of the codec
  } finally {
    decoder.delete();
  }
}
