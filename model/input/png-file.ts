/**
 * Writes a picture with a palette as a PNG file, a byte a pixel, stored and not packed, the same bytes in Node and in
 * browsers. For pictures of screen size that are made to be looked at at once, where packing would take longer than
 * everything else (ADR 215); an encoder that packs is a package's work.
 */
import { COLOUR_TYPES, crc32, FRAME_BYTES, joinChunks } from "./png-chunks.ts";
import { adler32, storePixels } from "./png-stored.ts";

export type Colour = readonly [red: number, green: number, blue: number];

export interface IndexedPicture {
  width: number;
  height: number;
  /** At most 256. */
  palette: readonly Colour[];
  /** Each pixel's place in the palette, row by row. */
  indices: Uint8Array;
}

const DEPTH = 8;
const SUM_BYTES = 4;

export function encodePng({ width, height, palette, indices }: IndexedPicture): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13); // PNG, 11.2.1; deflate, adaptive filters and no interlacing are all 0
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([DEPTH, COLOUR_TYPES.palette], 8);
  return joinChunks([
    frame("IHDR", header),
    frame("PLTE", Uint8Array.from(palette.flat())),
    storeLines(width, height, indices),
    frame("IEND", new Uint8Array(0)),
  ]);
}

/** Behind a byte that says that no filter was used. */
function storeLines(width: number, height: number, indices: Uint8Array): Uint8Array {
  const lines = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++)
    lines.set(indices.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const chunk = storePixels(lines);
  new DataView(chunk.buffer).setUint32(chunk.length - 2 * SUM_BYTES, adler32(lines));
  return sum(chunk);
}

function frame(type: string, content: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(FRAME_BYTES + content.length);
  new DataView(chunk.buffer).setUint32(0, content.length);
  chunk.set(new TextEncoder().encode(type), 4);
  chunk.set(content, 8);
  return sum(chunk);
}

/** The chunk with its check sum in the last bytes, of all but its length. */
function sum(chunk: Uint8Array): Uint8Array {
  const end = chunk.length - SUM_BYTES;
  new DataView(chunk.buffer).setUint32(end, crc32(chunk, 4, end));
  return chunk;
}
