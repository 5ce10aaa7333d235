/**
 * What is fitted once the weights are frozen, from the logits that the engine gives for the encoded bytes: the
 * threshold on validation, temperature and review band on validation and its shape views; then the file is sealed
 * with them. The test set plays no part. The temperature is all that a probability is corrected by, unless the recipe
 * names a prior: then a bias too, fitted with both classes weighed to that prior and added to the network's last one
 * (docs/adr/0217-calibrated-for-a-prior.md). One fitted to validation's own share of PNEUMONIA would make validation
 * look better and the test set worse (docs/adr/0214-review-band.md).
 *
 * Engines differ in a logit's last bits (fused multiply-add or not, order of the sums), and an artifact must not
 * depend on the processor that sealed it. So what is sealed lies on grids far coarser than those bits and finer
 * than what a few hundred images can tell: any engine arrives at the same numbers.
 */
import { type Engine, loadEngine } from "@radlite/model/engine";
import {
  BAND_STEPS,
  type Calibration,
  encodeNetwork,
  open,
  seal,
  type ThresholdRule,
  WIDEST_BAND,
} from "@radlite/model/format";
import {
  aucDeLong,
  chooseThreshold,
  countConfusion,
  fitScaling,
  fitTemperature,
  sigmoid,
  toLogit,
} from "@radlite/model/statistics";
import { pneumoniaLogit } from "@radlite/model/verdict";
import type { InputSet, PixelSet } from "../data/index.ts";
import { moveLogit } from "./move-logit.ts";
import { SHAPE_VIEWS } from "./shapes.ts";
import { changeInputs } from "./stress.ts";

/** What a recipe asks of its operating point. */
export interface Sealing {
  threshold: ThresholdRule;
  /** The share of pictures to be answered, in thousandths; 1: all of them, without a band. */
  coverage: number;
  /** The share of PNEUMONIA that probabilities are for; absent: the temperature alone, on the cases as they are. */
  prior?: number;
}

/** Validation in both of its forms, row by row the same radiographs. */
export interface SealingData {
  validation: Pick<InputSet, "inputs" | "labels">;
  /** What the shape views are made of. */
  pixels: PixelSet;
}

// Steps in a unit: powers of two, so that every number on a grid is exact in float32.
const TEMPERATURE_STEPS = 256;
const BIAS_STEPS = 64; // of the network's logits
const SCORE_STEPS = 4096; // of probabilities, and of the AUC

/**
 * @param networkBytes as encodeNetwork gives them
 * @throws BAD_INPUT when a class has no case in validation, and for a prior with a network whose last bias lies in a
 * code; the signal's reason once it is aborted.
 */
export async function sealModel(
  networkBytes: Uint8Array,
  data: SealingData,
  sealing: Sealing,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Uint8Array> {
  const { labels } = data.validation;
  const seen = await runViews(networkBytes, data, signal);
  if (sealing.prior === undefined) return seal(networkBytes, calibrate(seen, labels, sealing));
  const { bias } = fitScaling(...poolViews(seen, labels), sealing.prior);
  const { network } = open(networkBytes);
  const moved = encodeNetwork(moveLogit(network, Math.round(bias * BIAS_STEPS) / BIAS_STEPS));
  return seal(moved, calibrate(await runViews(moved, data, signal), labels, sealing));
}

/** Logits of PNEUMONIA, one a radiograph, in the same order in each. */
interface SeenLogits {
  plain: Float64Array;
  shapes: readonly Float64Array[];
}

async function runViews(
  networkBytes: Uint8Array,
  { validation, pixels }: SealingData,
  signal?: AbortSignal,
): Promise<SeenLogits> {
  const engine = await loadEngine(open(networkBytes).network);
  const count = validation.labels.length;
  const plain = await runEngine(engine, validation.inputs, count, signal);
  const shapes: Float64Array[] = [];
  for (const changes of Object.values(SHAPE_VIEWS)) {
    shapes.push(await runEngine(engine, changeInputs(pixels, changes), count, signal));
  }
  return { plain, shapes };
}

/** All views' logits one after the other, and their labels. */
function poolViews({ plain, shapes }: SeenLogits, labels: Uint8Array): [number[], number[]] {
  const views = [plain, ...shapes];
  return [views.flatMap((view) => [...view]), views.flatMap(() => [...labels])];
}

/** Threshold and temperature are the float32 values that are sealed. */
export function calibrate(
  seen: SeenLogits,
  labels: Uint8Array,
  { threshold: rule, coverage, prior }: Sealing,
): Calibration {
  const [all, allLabels] = poolViews(seen, labels);
  const fitted = fitTemperature(all, allLabels, prior);
  const temperature = Math.round(fitted * TEMPERATURE_STEPS) / TEMPERATURE_STEPS;
  const probabilities = seen.plain.map((logit) => sigmoid(logit / temperature));
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
