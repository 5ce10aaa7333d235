/**
 * The batch of a given epoch and step, made from nothing but the pixels, the recipe and these numbers: the
 * same whenever, wherever and in whatever order it is asked for, which is what resuming relies on. An epoch is
 * a seeded permutation cut into whole batches; the rest of it, smaller than a batch, waits for another epoch.
 */
import { normalise } from "@radlite/model/input";
import type { Recipe } from "../recipes/recipe.ts";
import { augment, drawChanges, type Picture } from "./augment/index.ts";
import { drawPermutation, seedRandom } from "./random.ts";
import { LEVELS, type PixelSet } from "./sets.ts";

export interface Batch {
  /** [batch, height, width, channels], normalised */
  inputs: Float32Array;
  /** 1 is PNEUMONIA */
  labels: Uint8Array;
  /** Row of each image in the pixel set. */
  rows: Uint32Array;
}

/** All that decides a batch, in a form that can be sent to a thread. */
export interface BatchPlan {
  pixels: Pick<PixelSet, "input" | "side" | "pixels" | "labels">;
  augment: Recipe["augment"];
  batch: number;
  seed: number;
}

// Names of the independent random streams of one seed.
const ORDER = 1;
const CHANGES = 2;
const FRAMING = 3;

export function countSteps({ pixels, batch }: BatchPlan): number {
  return Math.max(1, Math.floor(pixels.labels.length / batch));
}

/** `step` from 0 to countSteps - 1; a set smaller than the batch makes one batch of its own size. */
export function makeBatch(plan: BatchPlan, epoch: number, step: number): Batch {
  const { pixels, batch, seed } = plan;
  const order = drawPermutation(seedRandom(seed, ORDER, epoch), pixels.labels.length);
  const rows = order.slice(step * batch, (step + 1) * batch);
  const { height, width, channels } = pixels.input;
  const rowLength = height * width * channels;
  const inputs = new Float32Array(rows.length * rowLength);
  rows.forEach((row, at) => {
    inputs.set(makeInput(plan, epoch, row), at * rowLength);
  });
  return { inputs, labels: Uint8Array.from(rows, (row) => pixels.labels[row]!), rows };
}

/** One augmented, normalised image: [height, width, channels]. */
function makeInput({ pixels, augment: recipe, seed }: BatchPlan, epoch: number, row: number): Float32Array {
  const { input } = pixels;
  const random = seedRandom(seed, CHANGES, epoch, row);
  const changes = drawChanges(recipe, random, seedRandom(seed, FRAMING, epoch, row));
  const { width, trim = false } = input;
  return normalise(augment(readPicture(pixels, row), changes, width, random, { trim }), input);
}

function readPicture({ input, side, pixels: all }: BatchPlan["pixels"], row: number): Picture {
  const length = side * side * input.channels;
  const pixels = new Float32Array(length);
  // Loops over typed arrays here and in augment/, not map or from: those are several times slower.
  for (let at = 0, from = row * length; at < length; at++, from++) pixels[at] = all[from]! / LEVELS;
  return { width: side, height: side, channels: input.channels, pixels };
}
