/**
 * What is fitted once the weights are frozen: temperature and threshold, on validation, from the logits that
 * the engine gives for the encoded bytes; then the file is sealed with them. The test set plays no part.
 *
 * Engines differ in a logit's last bits (fused multiply-add or not, order of the sums), and an artifact must not
 * depend on the processor that sealed it. So what is sealed lies on grids far coarser than those bits and finer
 * than what a few hundred images can tell: any engine arrives at the same numbers.
 */
import { loadEngine } from "@radlite/model/engine";
import { type Calibration, open, seal, type ThresholdRule } from "@radlite/model/format";
import {
  aucDeLong,
  chooseThreshold,
  countConfusion,
  fitTemperature,
  sigmoid,
} from "@radlite/model/statistics";
import type { InputSet } from "../data/index.ts";

/** `networkBytes` as encodeNetwork gives them. Errors: BAD_INPUT when a class has no case in `validation`. */
export async function sealModel(
  networkBytes: Uint8Array,
  validation: Pick<InputSet, "inputs" | "labels">,
  rule: ThresholdRule,
): Promise<Uint8Array> {
  const logits = await runEngine(networkBytes, validation);
  return seal(networkBytes, calibrate(logits, validation.labels, rule));
}

// Steps in a unit: powers of two, so that every number on a grid is exact in float32.
const TEMPERATURE_STEPS = 256;
const SCORE_STEPS = 4096; // of probabilities, and of the AUC

/** `logits` of PNEUMONIA. Threshold and temperature are the float32 values that are sealed. */
export function calibrate(logits: Float64Array, labels: Uint8Array, rule: ThresholdRule): Calibration {
  const fitted = fitTemperature(logits, labels);
  const temperature = Math.round(fitted * TEMPERATURE_STEPS) / TEMPERATURE_STEPS;
  const probabilities = logits.map((logit) => sigmoid(logit / temperature));
  const threshold = chooseOnGrid(probabilities, labels, rule);
  return {
    temperature,
    threshold,
    thresholdRule: rule,
    validation: countConfusion(probabilities, labels, threshold),
    validationAuc: Math.round(aucDeLong(probabilities, labels).value * SCORE_STEPS) / SCORE_STEPS,
  };
}

/**
 * The rule's threshold among the numbers on the grid. A score reaches one of these exactly when the score
 * rounded down does, so what the rule finds for scores rounded down holds for the scores themselves.
 */
function chooseOnGrid(probabilities: Float64Array, labels: Uint8Array, rule: ThresholdRule): number {
  const floors = probabilities.map((probability) => Math.floor(probability * SCORE_STEPS) / SCORE_STEPS);
  return Math.ceil(chooseThreshold(floors, labels, rule) * SCORE_STEPS) / SCORE_STEPS;
}

/** One logit an image, of two their difference. */
async function runEngine(
  networkBytes: Uint8Array,
  { inputs, labels }: Pick<InputSet, "inputs" | "labels">,
): Promise<Float64Array> {
  const engine = await loadEngine(open(networkBytes).network);
  const size = inputs.length / labels.length;
  const result = new Float64Array(labels.length);
  for (let at = 0; at < labels.length; at++) {
    await new Promise(setImmediate); // heartbeats and signals have their turn between two images
    const { logits } = await engine.run(inputs.subarray(at * size, (at + 1) * size));
    result[at] = logits.length === 1 ? logits[0]! : logits[1]! - logits[0]!;
  }
  return result;
}
