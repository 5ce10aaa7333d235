/**
 * What becomes of each layer of a network, and what is said of it. A layer is kept that is pinned, of a kind that
 * is left alone, or dearer in factors than whole; everything else is factored to the ranks that are given for it
 * or that the rule finds.
 */

import { RadliteError } from "@radlite/model/errors";
import type { Network } from "@radlite/model/format";
import type { RankRule } from "../../recipes/index.ts";
import { checkLayerNumbers } from "../layer-numbers.ts";
import { type Cost, countCost, type FactorableLayer, type LayerKind, listFactorableLayers } from "./layer.ts";
import { type Plan, planByRanks, planByRule } from "./plan.ts";
import { type Whitening, whitenKernel } from "./whitening.ts";

/** Layers are numbered as `radlite inspect` shows them. */
export interface DecisionOptions {
  /** The rule for the layers that `layers` does not name. */
  ranks: RankRule;
  /** One rank, or for a convolution of more taps than one those of its inputs and of its outputs. */
  layers: readonly { layer: number; ranks: readonly number[] }[];
  /** Stay as they are. */
  pinned: readonly number[];
  dense: "svd" | "keep";
  pointwise: "svd" | "keep";
  spatial: "tucker" | "keep";
}

/** Factored by a plan, or kept for a reason. */
export type Decision =
  | { layer: FactorableLayer; plan: Plan; reason?: undefined }
  | { layer: FactorableLayer; reason: string };

/** A layer before and after, without its bias and before fine-tuning. */
export interface FactorReport {
  layer: number;
  kind: LayerKind;
  shape: number[]; // [kernel height, kernel width, inputs, outputs]
  ranks: [input: number, output: number]; // of a layer that is kept, its channels
  before: Cost;
  after: Cost;
  /** Norm of what the factors leave out of the layer's answers, or of its weights, over theirs. */
  relativeError: number;
  reason?: string;
}

/** Errors: BAD_INPUT for a layer that there is not or that has no factors, and for ranks that it cannot have. */
export function checkDecisions(network: Network, { layers, pinned }: DecisionOptions): void {
  const named = layers.map(({ layer }) => layer);
  checkLayerNumbers(network, named, "factor: layers");
  checkLayerNumbers(network, pinned, "factor: pinned");
  const twice = named.find((layer, at) => named.indexOf(layer) < at || pinned.includes(layer));
  if (twice !== undefined) throw refuse(`layer ${twice} is named twice in layers and pinned; name it once`);
  const factorable = listFactorableLayers(network);
  for (const { layer, ranks } of layers) {
    const found = factorable.find((one) => one.layer === layer);
    if (found) planByRanks(found, ranks);
    else {
      const allowed = factorable.map((one) => one.layer).join(", ");
      throw refuse(`layer ${layer} is a depthwise or grouped convolution; allowed: ${allowed}`);
    }
  }
}

/** Options are checked; `whitenings` by layer number, of the layers that go by their answers rather than their weights. */
export function decideLayers(
  network: Network,
  options: DecisionOptions,
  whitenings: ReadonlyMap<number, Whitening>,
): Decision[] {
  return listFactorableLayers(network).map((layer) => decide(layer, options, whitenings.get(layer.layer)));
}

/** The layer as it is. */
export function reportWhole(layer: FactorableLayer): FactorReport {
  const { kind, kernel } = layer;
  const whole = countCost(layer, {});
  return {
    layer: layer.layer,
    kind,
    shape: kernel.shape,
    ranks: [kernel.shape[2], kernel.shape[3]],
    before: whole,
    after: whole,
    relativeError: 0,
  };
}

export function formatReport({ layer, ranks, before, after, relativeError, reason }: FactorReport): string {
  if (reason !== undefined) return `factor: layer ${layer} is kept: ${reason}`;
  const times = (before.macs / after.macs).toFixed(1);
  return `factor: layer ${layer} to ranks ${ranks.join(" and ")}: ${times} times fewer multiply-accumulates, ${(100 * relativeError).toFixed(1)}% off`;
}

function decide(
  layer: FactorableLayer,
  options: DecisionOptions,
  whitening: Whitening | undefined,
): Decision {
  if (options.pinned.includes(layer.layer)) return { layer, reason: "it is pinned" };
  const given = options.layers.find((one) => one.layer === layer.layer);
  if (!given && options[layer.kind] === "keep")
    return { layer, reason: `${layer.kind} layers are left alone` };
  const seen = whitening ? { ...layer, kernel: whitenKernel(layer.kernel, whitening) } : layer;
  const plan = given ? planByRanks(layer, given.ranks) : planByRule(seen, options.ranks);
  return plan.saves ? { layer, plan } : { layer, reason: explain(plan) };
}

function explain({ ranks, cost, whole }: Plan): string {
  const list = Object.values(ranks);
  if (list.length === 0) return "it needs its full rank";
  return `at rank ${list.join(" and ")} it would take ${cost.weights} weights and ${cost.macs} multiply-accumulates, whole ${whole.weights} and ${whole.macs}`;
}

function refuse(problem: string): RadliteError {
  return new RadliteError("BAD_INPUT", `factor: ${problem}.`);
}
