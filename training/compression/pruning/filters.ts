/**
 * Pruning of whole filters: the channels whose filters have the smallest weights go, with everything that makes
 * or reads them, and the network is smaller afterwards. The size of a class of channels is the mean |w| of all
 * filters that make it, so that filters of different shapes compare. Until the end it is a mask over filters and
 * their biases, so that the rest can learn on.
 * Li, Kadav, Durdanovic, Samet & Graf, "Pruning Filters for Efficient ConvNets", ICLR 2017, section 3.
 */
import type { Network } from "@radlite/model/format";
import { listWeightedLayers, type WeightedNode } from "../layer-numbers.ts";
import { type ChannelClass, type Filter, mapChannels } from "./channels.ts";
import type { Pruner, SkippedLayer } from "./pruner.ts";
import { removeChannels } from "./removal.ts";
import { findSmallest } from "./smallest.ts";
import type { WeightPruningOptions } from "./weights.ts";

/** The share is that of the channels that can go; of every layer at least one stays. */
export function createFilterPruner(network: Network, { scope, pinned }: WeightPruningOptions): Pruner {
  const map = mapChannels(network, pinned);
  const free = map.classes.filter(({ locked }) => locked === undefined);
  const layers = groupByLayers(free);
  const groups = scope === "global" ? [free] : layers;
  const masked = new Set<ChannelClass>();

  return {
    prunable: free.length,
    grow(values, share) {
      for (const group of groups) {
        const sizes = Float32Array.from(group, (one) =>
          masked.has(one) ? 0 : measureSize(network, one, values),
        );
        for (const at of findSmallest(sizes, Math.round(share * group.length))) masked.add(group[at]!);
      }
      for (const layer of layers) keepLargest(layer, masked, (one) => measureSize(network, one, values));
    },
    project(values) {
      for (const { filters } of masked) for (const filter of filters) zeroFilter(network, filter, values);
    },
    save: () => [...free.keys()].filter((at) => masked.has(free[at]!)),
    restore(saved) {
      masked.clear();
      for (const at of saved as number[]) masked.add(free[at]!);
    },
    finish: (pruned) => ({
      network: removeChannels(pruned, map.classOf, masked),
      skipped: listSkipped(network, map.classes, pinned),
    }),
  };
}

/** Classes that are made by the same layers. */
function groupByLayers(classes: readonly ChannelClass[]): ChannelClass[][] {
  const groups = new Map<string, ChannelClass[]>();
  for (const one of classes) {
    const key = [...new Set(one.filters.map(({ node }) => node))].sort((a, b) => a - b).join(" ");
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** Where all of a layer is masked, its largest channel is taken off the mask again. */
function keepLargest(
  layer: readonly ChannelClass[],
  masked: Set<ChannelClass>,
  sizeOf: (one: ChannelClass) => number,
): void {
  if (layer.some((one) => !masked.has(one))) return;
  masked.delete(layer.reduce((largest, one) => (sizeOf(one) > sizeOf(largest) ? one : largest)));
}

function measureSize(network: Network, { filters }: ChannelClass, values: readonly Float32Array[]): number {
  let sum = 0;
  let count = 0;
  for (const { node, channel } of filters) {
    const weighted = network.nodes[node] as WeightedNode;
    const weights = values[weighted.weights]!;
    const stride = countFilters(network, weighted);
    for (let at = channel; at < weights.length; at += stride) {
      sum += Math.abs(weights[at]!);
      count++;
    }
  }
  return sum / count;
}

function zeroFilter(network: Network, { node, channel }: Filter, values: readonly Float32Array[]): void {
  const weighted = network.nodes[node] as WeightedNode;
  const weights = values[weighted.weights]!;
  const stride = countFilters(network, weighted);
  for (let at = channel; at < weights.length; at += stride) weights[at] = 0;
  if (weighted.bias !== undefined) values[weighted.bias]![channel] = 0;
}

/** The filters of a layer lie along the last axis of its weights; of a depthwise one along the last but one. */
export function countFilters({ tensors }: Pick<Network, "tensors">, node: WeightedNode): number {
  return tensors[node.weights]!.shape.at(node.op === "DepthwiseConv" ? -2 : -1)!;
}

/** Layers of which no filter can go, but for those that are pinned. */
function listSkipped(
  network: Network,
  classes: readonly ChannelClass[],
  pinned: readonly number[],
): SkippedLayer[] {
  return listWeightedLayers(network).flatMap(({ layer }) => {
    const own = classes.filter(({ filters }) => filters.some(({ node }) => node === layer - 1));
    const reason = own[0]?.locked;
    const isSkipped = !pinned.includes(layer) && own.every(({ locked }) => locked !== undefined);
    return isSkipped && reason !== undefined ? [{ layer, reason }] : [];
  });
}
