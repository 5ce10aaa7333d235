/**
 * What the study changes in training batches that recipes cannot ask for. Batches that the loss would weigh by a
 * label between two classes carry it as a teacher's answer, which is the same cross entropy.
 */

import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import type { PixelSet } from "../../training/data/index.ts";
import { drawUniform } from "../../training/data/random.ts";
import type { Batch } from "../../training/fit/batches.ts";

/** Each picture with the one opposite in the batch; Zhang et al., "mixup", ICLR 2018. */
export function mixBatch(batch: Batch, alpha: number, smoothing: number, random: RandomGenerator): Batch {
  const { inputs, labels } = batch;
  const length = inputs.length / labels.length;
  const mixed = new Float32Array(inputs.length);
  const shares = Float32Array.from(labels, () => drawBeta(alpha, random));
  const soft = Float32Array.from(labels, (label, at) => {
    const share = Math.max(shares[at]!, 1 - shares[at]!);
    const other = labels.length - 1 - at;
    for (let i = 0; i < length; i++)
      mixed[at * length + i] = share * inputs[at * length + i]! + (1 - share) * inputs[other * length + i]!;
    return (share * label + (1 - share) * labels[other]!) * (1 - smoothing) + smoothing / 2;
  });
  const logits = soft.map((p) => Math.log(Math.max(p, 1e-3) / Math.max(1 - p, 1e-3)));
  return { inputs: mixed, labels, teacher: { logits, temperature: 1, weight: 0 } };
}

/** Beta(alpha, alpha) for alpha of up to 1 (Joehnk 1964). */
function drawBeta(alpha: number, random: RandomGenerator): number {
  while (true) {
    const x = drawUniform(random, 0, 1) ** (1 / alpha);
    const y = drawUniform(random, 0, 1) ** (1 / alpha);
    if (x + y > 0 && x + y <= 1) return x / (x + y);
  }
}

/** x + a (x - mean of the 3x3 pixels about x), a even in [-reach, 2 reach], then standardised again; in place. */
export function sharpenPicture(
  picture: Float32Array,
  side: number,
  reach: number,
  random: RandomGenerator,
): void {
  const amount = drawUniform(random, -reach, 2 * reach);
  const result = new Float32Array(picture.length);
  let [sum, squares] = [0, 0];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let around = 0;
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) around += picture[clamp(y + dy, side) * side + clamp(x + dx, side)]!;
      const value = picture[y * side + x]!;
      const changed = value + amount * (value - around / 9);
      result[y * side + x] = changed;
      sum += changed;
      squares += changed ** 2;
    }
  }
  const mean = sum / picture.length;
  const deviation = Math.sqrt(squares / picture.length - mean ** 2);
  for (let at = 0; at < picture.length; at++) picture[at] = (result[at]! - mean) / deviation;
}

const BINS = 10; // of equally many images
const MOST_COPIES = 4;

/**
 * Rows repeated so that label and `values` are as good as independent: an image of class c in bin b of values
 * comes p(b) / p(b | c) times, 1 to MOST_COPIES of them.
 */
export function balanceRows(set: PixelSet, values: readonly (number | undefined)[]): PixelSet {
  const sorted = values.map((value) => value ?? 0).toSorted((a, b) => a - b);
  const cuts = Array.from(
    { length: BINS - 1 },
    (_, at) => sorted[Math.floor(((at + 1) * sorted.length) / BINS)]!,
  );
  const bins = values.map((value) => cuts.filter((cut) => (value ?? 0) >= cut).length);
  const share = (of: (at: number) => boolean) => bins.filter((_, at) => of(at)).length;
  const rows = bins.flatMap((bin, at) => {
    const label = set.labels[at]!;
    const within = share((other) => bins[other] === bin && set.labels[other] === label);
    const ofClass = share((other) => set.labels[other] === label);
    const copies = Math.round(ofClass / BINS / within);
    return Array<number>(Math.min(Math.max(copies, 1), MOST_COPIES)).fill(at);
  });
  const length = set.side * set.side * set.input.channels;
  const pixels = new Uint16Array(new SharedArrayBuffer(rows.length * length * Uint16Array.BYTES_PER_ELEMENT));
  rows.forEach((row, at) => {
    pixels.set(set.pixels.subarray(row * length, (row + 1) * length), at * length);
  });
  return {
    ...set,
    pixels,
    labels: Uint8Array.from(rows, (row) => set.labels[row]!),
    images: rows.map((row) => set.images[row]!),
  };
}

function clamp(at: number, side: number): number {
  return Math.min(Math.max(at, 0), side - 1);
}
