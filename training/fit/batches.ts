/**
 * What fitting asks of data, and nothing more: batch `step` of `epoch` is a function of the data's seed and of
 * these two numbers alone, never of what was asked before, so that a resumed run sees what an uninterrupted
 * one does. training/data answers it from files; tests answer it from arrays.
 */
export interface Batch {
  images: Float32Array; // [batch, height, width, channels], normalised
  labels: Uint8Array; // [batch], index into the network's labels
}

export interface TrainingData {
  /** Full batches in an epoch. */
  steps: number;
  /** Of the training images, by label. */
  counts: readonly number[];
  batch(epoch: number, step: number): Promise<Batch>;
  /** Every validation image once, as serving would see it. */
  validation: Batch;
}

/** Weight of each class in the loss, n / (classes * n_c): then every class weighs the same, and the mean is 1. */
export function balanceClasses(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => total / (counts.length * count));
}

/** The batches of an epoch, the next one under way while the caller works on this one. */
export async function* iterateBatches(data: TrainingData, epoch: number): AsyncGenerator<Batch> {
  let next = data.batch(epoch, 0);
  for (let step = 0; step < data.steps; step++) {
    const batch = await next;
    if (step + 1 < data.steps) {
      next = data.batch(epoch, step + 1);
      next.catch(() => undefined); // seen when it is awaited, if it ever is
    }
    yield batch;
  }
}
