/** What a stage's report says, counted from the networks before and after it. */
import { countMacs, countParameters, encodeNetwork, type Network } from "@radlite/model/format";
import type { ValidationScore } from "../fit/validate.ts";
import type { LayerReport, StageCost, StageReport } from "./stage.ts";

/** `scores` where the stage changed values. */
export function compareStage(
  before: Network,
  after: Network,
  scores?: { before: ValidationScore; after: ValidationScore },
): StageReport {
  const layers = describeLayers(after);
  const weights = layers.reduce((sum, layer) => sum + layer.weights, 0);
  const bytesBefore = encodeNetwork(before).length;
  const bytesAfter = encodeNetwork(after).length;
  const entropyBits = layers.reduce((sum, layer) => sum + layer.weights * layer.entropyBits, 0) / weights;
  return {
    layers,
    bytesBefore,
    bytesAfter,
    bitsPerWeight: (8 * bytesAfter) / weights,
    entropyBits,
    ...scores,
  };
}

/** Biases are parameters. */
export function compareCost(before: Network, after: Network): StageCost {
  return {
    parametersBefore: countParameters(before).total,
    parametersAfter: countParameters(after).total,
    macsBefore: countMacs(before).total,
    macsAfter: countMacs(after).total,
  };
}

export function describeLayers({ tensors }: Pick<Network, "tensors">): LayerReport[] {
  return tensors.map(({ shape, values, coding }, tensor) => {
    const counts = countValues(values);
    return {
      tensor,
      shape,
      coding: coding.kind,
      weights: values.length,
      nonZeros: values.length - (counts.get(0) ?? 0),
      distinct: counts.size,
      entropyBits: measureEntropy([...counts.values()]),
    };
  });
}

/** A report in the few figures that a version's facts keep. */
export function summariseStage({
  layers: _,
  factored: __,
  skipped: ___,
  cost,
  before,
  after,
  ...rest
}: StageReport): Record<string, number> {
  const figures = { ...rest, ...cost };
  if (!before || !after) return figures;
  return { ...figures, validationAucBefore: before.auc, validationAucAfter: after.auc };
}

/** -sum p log2 p over the symbols' counts, in bits a symbol. */
export function measureEntropy(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const bits = counts.reduce((sum, count) => (count === 0 ? sum : sum + count * Math.log2(total / count)), 0);
  return total === 0 ? 0 : bits / total;
}

function countValues(values: Float32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
