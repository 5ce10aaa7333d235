/**
 * How much each layer minds being cut, one layer at a time and without fine-tuning: its weights shared among 2^bits
 * values, or its smallest weights at zero. What a layer of little loss bears alone it need not bear beside others;
 * the scan says where to look first, not what a recipe will lose.
 */
import type { Network } from "@radlite/model/format";
import { roundToFloat16 } from "@radlite/model/format";
import type { Batch } from "../fit/batches.ts";
import { computeLogits, scoreLogits, type ValidationScore } from "../fit/validate.ts";
import { thawNetwork } from "../freeze/thaw.ts";
import { measureDrift } from "./drift.ts";
import { assignValues, clusterAroundZero, clusterValues } from "./kmeans.ts";
import { checkLayerNumbers, listWeightedLayers } from "./layer-numbers.ts";
import { findSmallest } from "./pruning/smallest.ts";

export interface ScanOptions {
  /** 1 to 8 each: the layer's weights share 2^bits values. */
  bits: readonly number[];
  /** Above 0 and below 1 each: the share of the layer's weights that becomes zero. */
  rates: readonly number[];
  /** Numbers of the layers, as `radlite inspect` shows them; absent: all that have weights. */
  layers?: readonly number[];
  signal?: AbortSignal;
  /** Cuts tried so far. */
  onProgress?: (done: number, total: number) => void;
}

export interface SensitivityScan {
  /** The score of the network as it is. */
  whole: ValidationScore;
  layers: LayerSensitivity[];
}

export interface LayerSensitivity {
  layer: number;
  operator: string;
  shape: number[];
  weights: number;
  bits: CutEffect[];
  rates: CutEffect[];
}

export interface CutEffect {
  /** Bits, or the share that became zero. */
  cut: number;
  auc: number;
  /** Points (hundredths) of validation AUC; below 0 where it rose. */
  aucLoss: number;
  /** Root mean square of the changes of the logits. */
  logitDrift: number;
}

const POINTS = 100;

/** On validation, through TensorFlow. Errors: BAD_INPUT for a layer that there is not; the signal's reason. */
export async function scanSensitivity(
  network: Network,
  validation: Batch,
  { bits, rates, layers, signal, onProgress }: ScanOptions,
): Promise<SensitivityScan> {
  if (layers) checkLayerNumbers(network, layers, "sensitivity: layers");
  const scanned = listWeightedLayers(network).filter(({ layer }) => layers?.includes(layer) ?? true);
  const { graph, values } = thawNetwork(network);
  const target = computeLogits(graph, values, validation);
  const whole = scoreLogits(target, validation.labels);
  const total = scanned.length * (bits.length + rates.length);
  let done = 0;

  const measure = async (tensor: number, cut: number, weights: Float32Array): Promise<CutEffect> => {
    await new Promise(setImmediate); // signals are answered between two cuts
    signal?.throwIfAborted();
    const logits = computeLogits(graph, values.with(tensor, weights), validation);
    const { auc } = scoreLogits(logits, validation.labels);
    onProgress?.(++done, total);
    return { cut, auc, aucLoss: POINTS * (whole.auc - auc), logitDrift: measureDrift(logits, target) };
  };
  const found: LayerSensitivity[] = [];
  for (const { layer, node } of scanned) {
    const own = values[node.weights]!;
    const { shape } = network.tensors[node.weights]!;
    const entry: LayerSensitivity = {
      layer,
      operator: node.op,
      shape,
      weights: own.length,
      bits: [],
      rates: [],
    };
    for (const cut of bits) entry.bits.push(await measure(node.weights, cut, shareWeights(own, cut)));
    for (const cut of rates) entry.rates.push(await measure(node.weights, cut, pruneWeights(own, cut)));
    found.push(entry);
  }
  return { whole, layers: found };
}

/** The weights with at most 2^bits values, exact in float16; zeros stay zero. */
export function shareWeights(weights: Float32Array, bits: number): Float32Array {
  const entries = Math.min(2 ** bits, weights.length);
  if (entries > 1 && weights.includes(0)) {
    const { centroids, indices } = clusterAroundZero(weights, entries);
    return spread(centroids, indices);
  }
  const { centroids } = clusterValues(weights, entries);
  return spread(centroids, assignValues(weights, centroids));
}

/** The weights with the smallest `rate` of them at zero. */
export function pruneWeights(weights: Float32Array, rate: number): Float32Array {
  const pruned = weights.slice();
  for (const at of findSmallest(weights.map(Math.abs), Math.round(rate * weights.length))) pruned[at] = 0;
  return pruned;
}

function spread(centroids: Float64Array, indices: Uint8Array): Float32Array {
  const codebook = roundToFloat16(Float32Array.from(centroids));
  return Float32Array.from(indices, (index) => codebook[index]!);
}
