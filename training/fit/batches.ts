/**
 * What fitting asks of data, and nothing more: batch `step` of `epoch` is a function of the data's seed and of
 * these two numbers alone, never of what was asked before, so that a resumed run sees what an uninterrupted
 * one does. training/data answers it from files; tests answer it from arrays.
 */
import type { RobustGroups } from "./robust.ts";

export interface Batch {
  inputs: Float32Array; // [batch, height, width, channels], normalised
  labels: Uint8Array; // [batch], index into the network's labels
  weights?: Float32Array; // [batch], what each image weighs beside its class; absent: 1
  rows?: Uint32Array; // [batch], which training images they are; there where the data has robust groups
  /** Given: the loss follows it beside the labels. */
  teacher?: TeacherAnswer;
  /** Given: values of the graph follow a teacher's too. */
  hints?: readonly Hint[];
}

/** See distillation.ts. */
export interface TeacherAnswer {
  logits: Float32Array; // [batch]
  temperature: number;
  /** The weight of the labels in the loss; the teacher's is 1 - weight. */
  weight: number;
}

/** See hints.ts. */
export interface HintTarget {
  /** The graph's value that follows. */
  value: number;
  channels: number; // of that value
  /** The shape of the features: [height, width, channels]. */
  shape: readonly [number, number, number];
  /** The weight of the hint in the loss. */
  weight: number;
}

export interface Hint extends HintTarget {
  features: Float32Array; // [batch, height, width, channels]
  /** Numbers of the tensors that make the value's channels the features'; absent where they are as many. */
  regressor?: { weights: number; bias: number };
}

export interface FitData {
  /** Full batches in an epoch. */
  steps: number;
  /** How many training images there are, by label. */
  counts: readonly number[];
  batch(epoch: number, step: number): Promise<Batch>;
  /** What fitting follows beside what the batches hold; compression stages do not. */
  hints?: {
    targets: readonly HintTarget[];
    /** One for each target, [batch, height, width, channels]. */
    features(epoch: number, step: number): Promise<Float32Array[]>;
  };
  /** The worst group's loss is made small; absent: the mean over all images. Compression stages keep to the mean. */
  robust?: RobustGroups;
  /** Every validation image once, as serving would see it. */
  validation: Batch;
}

/**
 * Weight of each class in the loss. `balanced`: n / (classes * n_c), so that every class weighs the same and the
 * mean over the images is 1; `none`: 1.
 */
export function weighClasses(rule: "balanced" | "none", counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (rule === "none" ? 1 : total / (counts.length * count)));
}
