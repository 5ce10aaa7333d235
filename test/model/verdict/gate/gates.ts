/** Gates and pictures drawn from a seed, and a file put together again after a change. */
import { crc32c } from "@radlite/model/format";
import type { Gate, GatePicture } from "@radlite/model/verdict/gate";
import { createNumbers } from "../../networks.ts";

export function drawGate(seed: number): Gate {
  const numbers = createNumbers(seed);
  const draw = (count: number, scale = 1) => Float64Array.from(numbers.floats(count, scale));
  return {
    trim: seed % 2 === 0,
    content: { weights: draw(36), bias: draw(1)[0]! },
    novelty: { mean: draw(24), whitening: draw(300) },
    mirror: draw(30),
    refuse: { content: 2, novelty: 4 },
    caution: { content: 0.5, novelty: 2 },
    mirrored: -1,
    population: "children of one to five years",
  };
}

/** Coarse brightness that differs everywhere. */
export function drawPicture(seed: number): GatePicture {
  const levels = createNumbers(seed).floats(900, 100);
  return { pixels: levels.map((level) => 128 + level), step: 1 };
}

/** Each pixel of a picture [30, 30] from another place in it. */
export function rearrange(
  { pixels, step }: GatePicture,
  source: (y: number, x: number) => [y: number, x: number],
) {
  const moved = Float32Array.from({ length: 900 }, (_, at) => {
    const [y, x] = source(Math.floor(at / 30), at % 30);
    return pixels[30 * y + x]!;
  });
  return { pixels: moved, step };
}

/** The file with other bytes from `at` on (from the end where negative), its checksum made right again. */
export function patch(file: Uint8Array, at: number, ...bytes: number[]): Uint8Array {
  const body = file.slice(0, -4);
  body.set(bytes, at < 0 ? body.length + at : at);
  return withChecksum(body);
}

export function withChecksum(body: Uint8Array): Uint8Array {
  const file = new Uint8Array(body.length + 4);
  file.set(body);
  new DataView(file.buffer).setUint32(body.length, crc32c(body), true);
  return file;
}
