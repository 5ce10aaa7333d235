/**
 * A pruner decides what goes, a growing share of it, and keeps it at zero while the rest learns on. It holds a
 * mask and nothing else; `values` are one array for each of the network's tensors, as fine-tuning has them.
 */
import type { Network } from "@radlite/model/format";

export interface Pruner {
  /** How many weights, or channels, can be pruned. */
  readonly prunable: number;
  /** Enlarges the mask to a share from 0 to 1 of what can be pruned, by the values as they are. */
  grow(values: readonly Float32Array[], share: number): void;
  /** Puts all that is masked to zero, in place. */
  project(values: readonly Float32Array[]): void;
  /** The mask as plain data, and back. */
  save(): unknown;
  restore(saved: unknown): void;
  /** The network without what need not be kept at all, and why layers were left out. */
  finish(pruned: Network): { network: Network; skipped: SkippedLayer[] };
}

/** A layer that could not be pruned though nobody had pinned it. */
export interface SkippedLayer {
  layer: number;
  reason: string;
}
