/** What a stage's report says, counted from the networks before and after it. */
import {
  countMacs,
  countParameters,
  describeParts,
  encodeNetwork,
  type Network,
  open,
  reportTensors,
} from "@radlite/model/format";
import type { ValidationScore } from "../fit/validate.ts";
import type { StageReport } from "./stage.ts";

/** `scores` where the stage changed values; `figures` of the method itself. */
export function compareStage(
  before: Network,
  after: Network,
  scores?: { before: ValidationScore; after: ValidationScore },
  figures: StageReport["figures"] = {},
): StageReport {
  const file = encodeNetwork(after);
  const parts = describeParts(file);
  const layers = reportTensors(open(file).network, parts);
  const weights = layers.reduce((sum, layer) => sum + layer.weights, 0);
  const entropyBits = layers.reduce((sum, layer) => sum + layer.weights * layer.entropyBits, 0) / weights;
  return {
    layers,
    otherParts: parts.filter(({ tensor }) => tensor === undefined),
    bytesBefore: encodeNetwork(before).length,
    bytesAfter: file.length,
    bitsPerWeight: (8 * file.length) / weights,
    entropyBits,
    ...scores,
    figures,
  };
}

/** Figures of a stage that changes the graph. Biases are parameters. */
export function compareCost(before: Network, after: Network) {
  return {
    parametersBefore: countParameters(before).total,
    parametersAfter: countParameters(after).total,
    macsBefore: countMacs(before).total,
    macsAfter: countMacs(after).total,
  };
}

/** A report in the few figures that a version's facts keep. */
export function summariseStage({
  layers: _layers,
  otherParts: _otherParts,
  figures,
  before,
  after,
  ...common
}: StageReport): Record<string, number> {
  const summary = { ...common, ...figures };
  if (!before || !after) return summary;
  return { ...summary, validationAucBefore: before.auc, validationAucAfter: after.auc };
}
