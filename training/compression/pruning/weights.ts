/**
 * Pruning of single weights by magnitude: the smallest become zero and remain so. A mask only ever grows, and what
 * is zero when pruning starts counts as pruned already. Biases are never pruned.
 * Han, Pool, Tran & Dally, "Learning both Weights and Connections", NeurIPS 2015, section 3.
 */
import type { Network } from "@radlite/model/format";
import { listWeightedLayers } from "../layer-numbers.ts";
import type { Pruner } from "./pruner.ts";
import { findSmallest } from "./smallest.ts";

export interface WeightPruningOptions {
  /** `layer`: the same share of every layer; `global`: the smallest of all layers together. */
  scope: "layer" | "global";
  /** Numbers of the layers that are not pruned; of pinned layers filters also keep what they read. */
  pinned: readonly number[];
}

/** Pruned weights of one tensor are 0 here, kept ones 1. */
type Mask = Uint8Array;

/** The share is that of the weights of the layers that are not pinned. */
export function createWeightPruner(network: Network, { scope, pinned }: WeightPruningOptions): Pruner {
  const tensors = listWeightedLayers(network).flatMap(({ layer, node }) =>
    pinned.includes(layer) ? [] : [node.weights],
  );
  const masks = new Map(
    tensors.map((at) => [at, Uint8Array.from(network.tensors[at]!.values, (value) => (value === 0 ? 0 : 1))]),
  );
  const groups = scope === "global" ? [tensors] : tensors.map((at) => [at]);

  return {
    prunable: tensors.reduce((sum, at) => sum + network.tensors[at]!.values.length, 0),
    grow(values, share) {
      for (const group of groups) {
        growMasks(
          group.map((at) => masks.get(at)!),
          group.map((at) => values[at]!),
          share,
        );
      }
    },
    project(values) {
      for (const [at, mask] of masks) maskValues(values[at]!, mask);
    },
    save: () => masks,
    restore(saved) {
      for (const [at, mask] of saved as typeof masks) masks.get(at)!.set(mask);
    },
    finish: (pruned) => ({ network: pruned, skipped: [] }),
  };
}

/** Masks round(share * n) of the n weights that `masks` and `values` hold between them, unless they do already. */
function growMasks(masks: readonly Mask[], values: readonly Float32Array[], share: number): void {
  const total = masks.reduce((sum, mask) => sum + mask.length, 0);
  const kept = masks.map((mask) => [...mask.keys()].filter((at) => mask[at] === 1));
  const keptCount = kept.reduce((sum, places) => sum + places.length, 0);
  const sizes = new Float32Array(keptCount);
  let next = 0;
  kept.forEach((places, tensor) => {
    for (const at of places) sizes[next++] = Math.abs(values[tensor]![at]!);
  });

  const found = findSmallest(sizes, Math.round(share * total) - (total - keptCount));
  let tensor = 0;
  let start = 0;
  for (const place of found) {
    while (place - start >= kept[tensor]!.length) start += kept[tensor++]!.length;
    masks[tensor]![kept[tensor]![place - start]!] = 0;
  }
}

function maskValues(values: Float32Array, mask: Mask): void {
  for (let at = 0; at < values.length; at++) if (mask[at] === 0) values[at] = 0;
}
