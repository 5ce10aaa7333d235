/**
 * What the frozen front of a network makes of augmented images, computed once and kept on disk: the rear then
 * trains at its own speed, augmentation included. Epoch e sees view e mod K of every image, a view being the
 * batches that the data's epoch of that number gives, their steps in another order each time. Each batch is an
 * entry of its own, under all that it follows from, so that a filling that was killed goes on where it stopped.
 */
import { deserialize, serialize } from "node:v8";
import { RadliteError } from "@radlite/model/errors";
import type { Graph, Learner } from "../architectures/graph.ts";
import { findCacheFolder, hashParts, readEntry, writeEntry } from "../data/index.ts";
import { drawPermutation, seedRandom } from "../data/random.ts";
import type { Batch, FitData } from "../fit/batches.ts";
import { runNodes } from "../fit/forward.ts";
import { toInputs, toTensors } from "../fit/gradients.ts";
import type { OnProgress } from "../fit/progress.ts";
import { tf } from "../fit/tensorflow.ts";
import { hashValues } from "../weights/start.ts";
import { makeRoom } from "./room.ts";

export interface FeatureOptions {
  /** How many of each image. */
  views: number;
  /** The order of the steps. */
  seed: number;
  /** Digest of all that the features follow from. */
  key: string;
  /** Bytes that the features of all trainings may take together. */
  limitBytes?: number;
  folder?: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface FeatureData extends FitData {
  /** The shape of an image's features. */
  input: Learner["input"];
}

const LIMIT_BYTES = 8 * 2 ** 30;

// Images at once that validation features are computed of.
const CHUNK = 64;

/** Errors: BAD_INPUT where the views do not fit into the limit; the signal's reason once it is aborted. */
export async function openFeatures(
  data: FitData,
  front: Graph,
  values: readonly Float32Array[],
  options: FeatureOptions,
): Promise<FeatureData> {
  const { views, seed, key, limitBytes = LIMIT_BYTES, signal, onProgress } = options;
  const { folder = findCacheFolder("features") } = options;
  const validation = computeFeatures(front, values, data.validation);
  const first = await data.batch(0, 0);
  const images = data.steps * first.labels.length;
  const bytes = views * images * countValues(validation.input) * Float32Array.BYTES_PER_ELEMENT;
  if (bytes > limitBytes) throw refuseSize(views, bytes, limitBytes);
  const own = await makeRoom(folder, hashParts([key, hashValues([first.inputs])]), { bytes, limitBytes });

  const read = async (view: number, step: number) => {
    const entry = await readEntry(own, `${view}-${step}`);
    return entry && (deserialize(entry.payload) as Batch);
  };
  const make = async (view: number, step: number) => {
    const batch = await data.batch(view, step);
    const made: Batch = { ...batch, inputs: computeFeatures(front, values, batch).inputs };
    await writeEntry(own, `${view}-${step}`, { notes: null, payload: serialize(made) });
    return made;
  };
  const complete = new Set<number>();
  const fill = async (view: number) => {
    if (complete.has(view)) return;
    onProgress?.({ kind: "note", text: `features of view ${view + 1} of ${views}` });
    for (let step = 0; step < data.steps; step++) {
      signal?.throwIfAborted();
      if (!(await read(view, step))) await make(view, step);
    }
    complete.add(view);
  };

  return {
    ...data,
    input: validation.input,
    validation: { ...data.validation, inputs: validation.inputs },
    async batch(epoch, step) {
      const view = epoch % views;
      await fill(view);
      const from = drawPermutation(seedRandom(seed, epoch), data.steps)[step]!;
      return (await read(view, from)) ?? make(view, from);
    },
  };
}

/** The features of a batch, or of a whole set in parts: [images, height, width, channels] of the front's last value. */
export function computeFeatures(
  front: Graph,
  values: readonly Float32Array[],
  { inputs, labels }: Pick<Batch, "inputs" | "labels">,
): { inputs: Float32Array; input: Learner["input"] } {
  const size = inputs.length / labels.length;
  let features: Float32Array | undefined;
  let input: Learner["input"] | undefined;
  for (let start = 0; start < labels.length; start += CHUNK) {
    const end = Math.min(start + CHUNK, labels.length);
    const part = { inputs: inputs.subarray(start * size, end * size), labels: labels.subarray(start, end) };
    tf.tidy(() => {
      const value = runNodes(front, toTensors(front, values), toInputs(front, part));
      const [, height, width, channels] = value.shape;
      input = { height, width, channels };
      features ??= new Float32Array(labels.length * countValues(input));
      features.set(value.dataSync<"float32">(), start * countValues(input));
    });
  }
  return { inputs: features!, input: input! };
}

function countValues({ height, width, channels }: Learner["input"]): number {
  return height * width * channels;
}

function refuseSize(views: number, bytes: number, limitBytes: number): RadliteError {
  const gigabytes = (count: number) => `${(count / 1e9).toFixed(1)} GB`;
  return new RadliteError(
    "BAD_INPUT",
    `The features of ${views} views take ${gigabytes(bytes)}, more than the ${gigabytes(limitBytes)} that are kept: take fewer views, freeze until a later layer, or leave initial.views out.`,
  );
}
