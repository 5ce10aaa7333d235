/** Changes to a PNG file that leave lengths, CRCs and, for pixels, the deflated stream sound. */
import type { Numbers } from "../model/networks.ts";
import { mutateBytes, randomBytes } from "./bytes.ts";
import { exifBlock } from "./pictures.ts";
import { type Chunk, deflate, encodeChunks, inflate } from "./png.ts";

const CHUNK_TYPES = [
  ...["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "hIST"],
  ...["sPLT", "pHYs", "tIME", "tEXt", "zTXt", "iTXt", "eXIf", "acTL", "fcTL", "fdAT", "CgBI", "teSt"],
];

export function changePng(chunks: Chunk[], numbers: Numbers, donor: Chunk[]): Uint8Array {
  const changed = [...chunks];
  for (let change = numbers.whole(0, 2); change >= 0; change--) {
    const at = numbers.whole(0, changed.length - 1);
    const chunk = changed[at];
    if (chunk === undefined) break;
    const other = numbers.pick(donor);
    const kind = numbers.whole(0, 23);
    if (kind === 23) changeSize(changed, numbers);
    else if (kind <= 7) changed[at] = { ...chunk, data: mutateBytes(chunk.data, numbers, other.data, 2) };
    else if (kind <= 13) changePixels(changed, numbers);
    else if (kind <= 15) splitPixels(changed, numbers);
    else if (kind <= 17) changed.splice(at, 1);
    else if (kind <= 19) changed.splice(at, 0, numbers.whole(0, 2) ? other : inventChunk(numbers));
    else if (kind <= 21)
      changed.splice(1, 0, { type: "eXIf", data: mutateBytes(exifBlock(numbers), numbers, other.data) });
    else changed[at] = { ...chunk, type: numbers.pick(CHUNK_TYPES) };
  }
  return encodeChunks(changed);
}

/** A size that promises more pixels than follow, or more than are read. */
function changeSize(chunks: Chunk[], numbers: Numbers): void {
  const at = chunks.findIndex(({ type, data }) => type === "IHDR" && data.length >= 8);
  if (at < 0) return;
  const data = Uint8Array.from(chunks[at]!.data);
  const view = new DataView(data.buffer);
  const side = (): number => numbers.pick([0, 1, 31, 32, 34, 4000, 5000, 6400, 10_000, 10_001, 2 ** 31]);
  view.setUint32(0, side());
  view.setUint32(4, side());
  chunks[at] = { type: "IHDR", data };
}

function inventChunk(numbers: Numbers): Chunk {
  return {
    type: numbers.pick(CHUNK_TYPES),
    data: randomBytes(numbers, numbers.pick([0, 1, 4, 13, 26, 300])),
  };
}

/** Changes lines and pixels and packs them again, so that the stream is sound and what it holds is not. */
function changePixels(chunks: Chunk[], numbers: Numbers): void {
  const at = chunks.findIndex(({ type }) => type === "IDAT");
  const lines = at < 0 ? undefined : inflate(chunks[at]!.data);
  if (lines !== undefined) chunks[at] = { type: "IDAT", data: deflate(mutateBytes(lines, numbers, lines)) };
}

/** The same stream over several chunks, one of them empty at times. */
function splitPixels(chunks: Chunk[], numbers: Numbers): void {
  const at = chunks.findIndex(({ type }) => type === "IDAT");
  if (at < 0) return;
  const { data } = chunks[at]!;
  const cut = numbers.whole(0, data.length);
  const parts = [data.subarray(0, cut), data.subarray(cut)].map((part) => ({ type: "IDAT", data: part }));
  chunks.splice(at, 1, ...parts);
}
