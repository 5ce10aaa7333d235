/**
 * A picture in grey, held in the memory of the kernels, which go over it as often as they like without a copy. Colours
 * become grey on the way in: where all three channels are the same, as of most radiographs, they stay bytes.
 */
import { holdBytes, type OpenedKernels, openKernels } from "./kernel-memory.ts";
import { INPUT_LIMITS } from "./limits.ts";
import { greyRows, type Pixels, type Range, type Rows } from "./raster.ts";

/** Pixels of a picture that is held in floats: 16 MB. In bytes all are that are read. */
const MOST_FLOATS = 2 ** 22;
/** Pixels that are brought in at a time. */
const CHUNK = 2 ** 14;
/** Pixels in a vector, and those that colours are taken in by. */
const LANES = 16;
const TURN = 64;

/**
 * The luma of each pixel, as `greyRows` has it, good until the next picture is held. Rows of floats of a larger picture,
 * and all in a runtime without SIMD, come one by one as they are read.
 */
export function holdGrey(rows: Rows): Rows {
  const pixels = rows.width * rows.height;
  const held = rows.isBytes && pixels <= INPUT_LIMITS.maxPixels ? hold(rows, Uint8Array) : undefined;
  return held ?? (pixels <= MOST_FLOATS ? hold(rows, Float32Array) : undefined) ?? greyRows(rows);
}

/** Undefined where bytes cannot hold the luma, and without SIMD. */
function hold(rows: Rows, Numbers: typeof Uint8Array | typeof Float32Array): Rows | undefined {
  const { width, height } = rows;
  const pixelBytes = Numbers.BYTES_PER_ELEMENT;
  const isColour = rows.isBytes && rows.channels === 3;
  const { address, isHeld } = holdBytes((width * height + TURN) * pixelBytes);
  const opened = openKernels([3 * (Math.max(width, CHUNK) + TURN), LANES, LANES]);
  if (!opened) return undefined;
  const { memory } = opened;
  const colours = isColour ? bringColours(opened, pixelBytes) : undefined;
  let at = address;
  for (const chunk of listChunks(isColour ? rows : greyRows(rows))) {
    if (!colours) new Numbers(memory.buffer, at).set(chunk);
    else if (!colours.bringIn(chunk, at)) return undefined;
    at += (chunk.length / (isColour ? 3 : 1)) * pixelBytes;
  }
  return {
    width,
    height,
    channels: 1,
    isBytes: pixelBytes === 1,
    held: { address, stride: width * pixelBytes },
    ...(colours && pixelBytes === 1 && { range: colours.findRange() }),
    readRow(y) {
      if (!isHeld()) throw new Error("another picture is held in place of the one that is read");
      return new Numbers(memory.buffer, address + y * width * pixelBytes, width);
    },
  };
}

/** Brings colours in as grey; `bringIn` is false where bytes cannot hold it, `findRange` is for bytes that all came in. */
function bringColours({ memory, kernels, addresses }: OpenedKernels, pixelBytes: number) {
  const [source, lowest, highest] = addresses as [number, number, number];
  const staging = new Uint8Array(memory.buffer, source);
  const low = new Uint8Array(memory.buffer, lowest, LANES).fill(255);
  const high = new Uint8Array(memory.buffer, highest, LANES).fill(0);
  return {
    bringIn(chunk: Pixels, target: number): boolean {
      staging.set(chunk);
      staging.fill(chunk.at(-1)!, chunk.length, chunk.length + 3 * TURN); // where a whole turn is looked at
      if (pixelBytes === 1)
        return Boolean(kernels.foldGrey(source, chunk.length / 3, target, lowest, highest));
      kernels.lumaBytes(source, chunk.length / 3, target);
      return true;
    },
    findRange: (): Range => ({ lowest: Math.min(...low), highest: Math.max(...high) }),
  };
}

function* listChunks({ pixels, channels, height, readRow }: Rows): Generator<Pixels> {
  if (pixels) {
    for (let at = 0; at < pixels.length; at += CHUNK * channels)
      yield pixels.subarray(at, at + CHUNK * channels);
  } else for (let y = 0; y < height; y++) yield readRow(y);
}
