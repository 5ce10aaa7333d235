/**
 * What is fitted once the weights are frozen, from the logits that the engine gives for the encoded bytes: the
 * threshold on validation, temperature and review band on validation and its shape views; then the file is sealed
 * with them. The test set plays no part. The temperature is all that a probability is corrected by: a bias fitted
 * on validation makes validation look better and the test set worse (docs/adr/0214-review-band.md).
 *
 * Engines differ in a logit's last bits (fused multiply-add or not, order of the sums), and an artifact must not
 * depend on the processor that sealed it. So what is sealed lies on grids far coarser than those bits and finer
 * than what a few hundred images can tell: any engine arrives at the same numbers.
 */
import { type Engine, loadEngine } from "@radlite/model/engine";
import {
  BAND_STEPS,
  type Calibration,
  open,
  seal,
  type ThresholdRule,
  WIDEST_BAND,
} from "@radlite/model/format";
import {
  aucDeLong,
  chooseThreshold,
  countConfusion,
  fitTemperature,
  sigmoid,
  toLogit,
} from "@radlite/model/statistics";
import { pneumoniaLogit } from "@radlite/model/verdict";
import type { InputSet, PixelSet } from "../data/index.ts";
import { SHAPE_VIEWS } from "./shapes.ts";
import { changeInputs } from "./stress.ts";

/** What a recipe asks of its operating point. */
export interface Sealing {
  threshold: ThresholdRule;
  /** The share of pictures to be answered, in thousandths; 1: all of them, without a band. */
  coverage: number;
}

/** Validation in both of its forms, row by row the same radiographs. */
export interface SealingData {
  validation: Pick<InputSet, "inputs" | "labels">;
  /** What the shape views are made of. */
  pixels: PixelSet;
}

/**
 * @param networkBytes as encodeNetwork gives them
 * @throws BAD_INPUT when a class has no case in validation; the signal's reason once it is aborted.
 */
export async function sealModel(
  networkBytes: Uint8Array,
  { validation, pixels }: SealingData,
  sealing: Sealing,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Uint8Array> {
  const engine = await loadEngine(open(networkBytes).network);
  const count = validation.labels.length;
  const logits = await runEngine(engine, validation.inputs, count, signal);
  const shapes: Float64Array[] = [];
  for (const changes of Object.values(SHAPE_VIEWS)) {
    shapes.push(await runEngine(engine, changeInputs(pixels, changes), count, signal));
  }
  return seal(networkBytes, calibrate(logits, validation.labels, shapes, sealing));
}

// Steps in a unit: powers of two, so that every number on a grid is exact in float32.
const TEMPERATURE_STEPS = 256;
const SCORE_STEPS = 4096; // of probabilities, and of the AUC

/**
 * Threshold and temperature are the float32 values that are sealed.
 * @param logits of PNEUMONIA, one a radiograph
 * @param shapes the same of each shape view, in the same order
 */
export function calibrate(
  logits: Float64Array,
  labels: Uint8Array,
  shapes: readonly Float64Array[],
  { threshold: rule, coverage }: Sealing,
): Calibration {
  const views = [logits, ...shapes];
  const all = views.flatMap((view) => [...view]);
  const fitted = fitTemperature(
    all,
    views.flatMap(() => [...labels]),
  );
  const temperature = Math.round(fitted * TEMPERATURE_STEPS) / TEMPERATURE_STEPS;
  const probabilities = logits.map((logit) => sigmoid(logit / temperature));
  const threshold = chooseOnGrid(probabilities, labels, rule);
  const calibrated = all.map((logit) => logit / temperature);
  return {
    temperature,
    threshold,
    thresholdRule: rule,
    validation: countConfusion(probabilities, labels, threshold),
    validationAuc: Math.round(aucDeLong(probabilities, labels).value * SCORE_STEPS) / SCORE_STEPS,
    ...(coverage < 1 && { review: { coverage, halfWidth: fitBand(calibrated, threshold, coverage) } }),
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

/** The widest band on the grid that answers at least `coverage` of the calibrated logits. */
function fitBand(calibrated: readonly number[], threshold: number, coverage: number): number {
  const centre = toLogit(threshold);
  const distances = Float64Array.from(calibrated, (logit) => Math.abs(logit - centre)).sort();
  let answered = Math.floor(coverage * distances.length);
  while (answered / distances.length < coverage) answered++;
  const nearest = distances[distances.length - answered]!; // of those answered; one at the band's end is
  return Math.min(WIDEST_BAND, Math.floor(nearest * BAND_STEPS) / BAND_STEPS);
}

/** One logit an image. */
async function runEngine(
  engine: Engine,
  inputs: Float32Array,
  count: number,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const size = inputs.length / count;
  const result = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    await new Promise(setImmediate); // heartbeats and signals have their turn between two images
    signal?.throwIfAborted();
    const { logits } = await engine.run(inputs.subarray(at * size, (at + 1) * size));
    result[at] = pneumoniaLogit(logits);
  }
  return result;
}
