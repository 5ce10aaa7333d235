/**
 * Low-rank factorisation: dense layers and 1x1 convolutions become two layers (SVD), larger convolutions a 1x1,
 * a core and a 1x1 (Tucker-2). What comes out is an ordinary network of more nodes, fine-tuned. The papers of
 * the decompositions and of the choice of ranks are in low-rank/.
 */
import type { Network } from "@radlite/model/format";
import { formatRankRule } from "../recipes/index.ts";
import { compareCost, compareStage } from "./layers.ts";
import {
  checkDecisions,
  type DecisionOptions,
  decideLayers,
  type FactorReport,
  formatReport,
  reportWhole,
} from "./low-rank/decision.ts";
import { type FactorOptions, factoriseKernel } from "./low-rank/factors.ts";
import { measureWhitenings } from "./low-rank/moments.ts";
import { type FactoredLayer, replaceLayers } from "./low-rank/rewrite.ts";
import type { Whitening } from "./low-rank/whitening.ts";
import type { JsonObject, Stage, StageResult } from "./stage.ts";
import { firstEpochOf } from "./streams.ts";
import { scoreNetwork, tuneNetwork } from "./tuning.ts";

export interface FactorStageOptions extends DecisionOptions, FactorOptions {
  /** What ranks and factors are to keep: the layers' answers to training images, or their weights. */
  metric: "outputs" | "weights";
  /** Passes over the training images afterwards. */
  epochs: number;
  /** Highest learning rate of these, falling along half a cosine. */
  rate: number;
}

export interface FactorResult extends StageResult {
  /** The layers that there were. */
  factored: FactorReport[];
}

/** Applying it: BAD_INPUT for a layer that there is not and for ranks that a layer cannot have. */
export function createFactorStage(options: FactorStageOptions): Stage<FactorResult> {
  const { epochs, rate } = options;
  return {
    name: "factor",
    options: describeOptions(options),
    streams: options.metric === "weights" ? ["tuning"] : ["moments", "tuning"],
    async apply(network, data, context) {
      checkDecisions(network, options); // before the data is asked for
      const whitenings =
        options.metric === "weights"
          ? new Map()
          : await measureWhitenings(network, data, firstEpochOf("moments", context.streams));
      const { layers, reports } = factorLayers(network, options, whitenings);
      for (const report of reports) context.onProgress?.({ kind: "note", text: formatReport(report) });
      const before = scoreNetwork(network, data);
      const tuned =
        layers.length === 0
          ? { network, score: before }
          : await tuneNetwork(
              replaceLayers(network, layers),
              data,
              { stage: "factor", epochs, rate, normalise: true },
              context,
            );
      const scores = { before, after: tuned.score };
      const report = compareStage(network, tuned.network, scores, compareCost(network, tuned.network));
      return { network: tuned.network, report, factored: reports };
    },
  };
}

function describeOptions({ ranks, layers, pinned, ...rest }: FactorStageOptions): JsonObject {
  const { metric, dense, pointwise, spatial, algorithm, sweeps, seed, epochs, rate } = rest;
  return {
    ranks: formatRankRule(ranks),
    layers: layers.map(({ layer, ranks }) => ({ layer, ranks: [...ranks] })),
    pinned: [...pinned],
    metric,
    dense,
    pointwise,
    spatial,
    algorithm,
    sweeps,
    seed,
    epochs,
    rate,
  };
}

function factorLayers(
  network: Network,
  options: FactorStageOptions,
  whitenings: ReadonlyMap<number, Whitening>,
): { layers: FactoredLayer[]; reports: FactorReport[] } {
  const layers: FactoredLayer[] = [];
  const reports = decideLayers(network, options, whitenings).map((decision) => {
    const whole = reportWhole(decision.layer);
    if (decision.reason !== undefined) return { ...whole, reason: decision.reason };
    const { layer, plan } = decision;
    const factors = factoriseKernel(layer.kernel, plan.ranks, options, whitenings.get(layer.layer));
    layers.push({ ...layer, factors });
    const { ranks, relativeError } = factors;
    return { ...whole, ranks, after: plan.cost, relativeError };
  });
  return { layers, reports };
}
