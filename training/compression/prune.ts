/**
 * Pruning: the smallest weights, or the smallest filters, go, more and more of them along a cubic while the rest
 * learns on; what is gone stays gone. Single weights end as exact zeros, which later stages keep and codings
 * profit from; filters are taken out of the network. The papers are in pruning/.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Network } from "@radlite/model/format";
import type { FitData } from "../fit/batches.ts";
import { replaceValues } from "../freeze/thaw.ts";
import { checkLayerNumbers } from "./layer-numbers.ts";
import { compareCost, compareStage } from "./layers.ts";
import { createFilterPruner } from "./pruning/filters.ts";
import type { Pruner, SkippedLayer } from "./pruning/pruner.ts";
import { computeSparsity } from "./pruning/schedule.ts";
import { createWeightPruner, type WeightPruningOptions } from "./pruning/weights.ts";
import type { Stage, StageContext, StageResult } from "./stage.ts";
import { scoreNetwork, type Tie, type TunedNetwork, tuneNetwork } from "./tuning.ts";

export interface PruneOptions extends WeightPruningOptions {
  unit: "weight" | "filter";
  /** The share that goes in the end. */
  sparsity: number;
  /** Passes over the training images while pruning and afterwards. */
  epochs: number;
  /** The share of these in which more and more is pruned; 0: all at once before they begin. */
  ramp: number;
  /** Highest learning rate, falling along half a cosine. */
  rate: number;
}

/** Steps from one enlargement of the mask to the next: weights need some time to make up for those that went. */
const STEPS_BETWEEN = 8;

export interface PruneResult extends StageResult {
  /** The layers of which no filter could go. */
  skipped: SkippedLayer[];
}

/** Applying it: BAD_INPUT for a pinned layer that there is not, and where no layer is left to prune. */
export function createPruneStage(options: PruneOptions): Stage<PruneResult> {
  const { unit, sparsity, scope, pinned, epochs, ramp, rate } = options;
  return {
    name: "prune",
    options: { unit, sparsity, scope, pinned: [...pinned], epochs, ramp, rate },
    streams: ["tuning"],
    async apply(network, data, context) {
      checkLayerNumbers(network, pinned, "prune: pinned");
      const before = scoreNetwork(network, data);
      const pruner =
        unit === "weight" ? createWeightPruner(network, options) : createFilterPruner(network, options);
      if (pruner.prunable === 0) throw refuse(unit);
      const tuned = await pruneGradually(network, pruner, data, options, context);
      const { network: pruned, skipped } = pruner.finish(tuned.network);
      for (const { layer, reason } of skipped) {
        context.onProgress?.({ kind: "note", text: `prune: layer ${layer} keeps its filters: ${reason}` });
      }
      const scores = { before, after: scoreNetwork(pruned, data) };
      const report = compareStage(network, pruned, scores);
      const nonZeros = report.layers.reduce((sum, layer) => sum + layer.nonZeros, 0);
      const figures = { nonZeros, ...compareCost(network, pruned) };
      return { network: pruned, report: { ...report, figures }, skipped };
    },
  };
}

/** The epoch best on validation among those that were pruned to the end. */
function pruneGradually(
  network: Network,
  pruner: Pruner,
  data: FitData,
  { sparsity, epochs, ramp, rate }: PruneOptions,
  context: StageContext,
): Promise<TunedNetwork> {
  const steps = Math.round(ramp * epochs * data.steps);
  const prune = (values: readonly Float32Array[], share: number) => {
    pruner.grow(values, share);
    pruner.project(values);
  };
  const values = network.tensors.map((tensor) => tensor.values.slice());
  if (steps === 0) prune(values, sparsity);
  const start = replaceValues(network, values);
  const tie: Tie = {
    project(values, step) {
      const isTime = step <= steps && (step % STEPS_BETWEEN === 0 || step === steps);
      if (isTime) prune(values, computeSparsity(step, { final: sparsity, steps }));
      else pruner.project(values);
    },
    save: pruner.save,
    restore: pruner.restore,
  };
  const settled = Math.ceil(steps / data.steps);
  return tuneNetwork(start, data, { stage: "prune", epochs, rate, tie, settled, normalise: true }, context);
}

function refuse(unit: PruneOptions["unit"]): RadliteError {
  return new RadliteError(
    "BAD_INPUT",
    unit === "weight"
      ? "prune: there is nothing to prune, since every layer is pinned. Pin fewer."
      : "prune: there is no filter to prune: those of pinned layers, all that they read, and the network's last ones stay. Pin fewer layers, or prune single weights.",
  );
}
