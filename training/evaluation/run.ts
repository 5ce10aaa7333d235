/**
 * A sealed file on labelled radiographs -> Evaluation: the file's own bytes through the engine that serves
 * them, case by case. No metric is kept beside the cases that it follows from, but the calibration error.
 */
import type { InputRecipe } from "@radlite/model/format";
import { calibrationError } from "@radlite/model/statistics";
import { loadVerdictModel, pneumoniaProbability, type VerdictModel } from "@radlite/model/verdict";
import { digestCases, digestOf, type Evaluation, type EvaluationCase } from "@radlite/registry/bundle";
import {
  CLASSES,
  type InputSet,
  loadInputs,
  type Radiograph,
  readGerm,
  requireBothClasses,
  type Unreadable,
} from "../data/index.ts";

export interface EvaluateOptions {
  /** Name of the evaluation set. */
  set: string;
  /** What to call the artifact in messages. */
  name?: string;
  signal?: AbortSignal;
  /** Images done so far; one that is decoded and waits for the network is half done. */
  onProgress?: (done: number, total: number) => void;
}

export interface EvaluatedImages {
  evaluation: Evaluation;
  /** One a case, in the order of the cases. */
  images: Radiograph[];
  unreadable: Unreadable[];
}

/**
 * Decodes and runs; what does not decode is no case. Errors: BAD_ARTIFACT (not a sealed model), BAD_INPUT (a
 * class without a readable image).
 */
export async function evaluateArtifact(
  artifact: Uint8Array,
  images: Radiograph[],
  options: EvaluateOptions & { cacheFolder?: string },
): Promise<EvaluatedImages> {
  const { set, name, cacheFolder, signal, onProgress } = options;
  const { input } = await loadVerdictModel(artifact, name);
  const half = (before: number) => (done: number) =>
    onProgress?.(Math.floor((before + done) / 2), images.length);
  const inputs = await loadInputs(images, input, { cacheFolder, signal, onProgress: half(0) });
  requireBothClasses(inputs.images, `the ${set} set`, inputs.unreadable);
  const skipped = inputs.unreadable.length;
  const run = { set, signal, onProgress: half(images.length + skipped) };
  const evaluation = await evaluateInputs(artifact, inputs, run);
  return { evaluation, images: inputs.images, unreadable: inputs.unreadable };
}

/** For inputs that are loaded already, made with the artifact's own input recipe. Errors as above. */
export async function evaluateInputs(
  artifact: Uint8Array,
  { inputs, images, labels }: Pick<InputSet, "inputs" | "images" | "labels">,
  { set, signal, onProgress }: EvaluateOptions,
): Promise<Evaluation> {
  const model = await loadVerdictModel(artifact);
  const judged = await judgeInputs(model, inputs, { signal, onProgress });
  const cases = images.map((image, at) => describeCase(image, judged.probabilities[at]!));
  return summariseRun(model, [judged], { artifact: digestOf(artifact), set, cases, labels });
}

/** What a model made of inputs, one an image. */
export interface JudgedInputs {
  /** Calibrated, and at temperature 1. */
  probabilities: number[];
  uncalibrated: number[];
  /** Median of one inference. */
  latencyMs: number;
}

export async function judgeInputs(
  model: VerdictModel,
  inputs: Float32Array,
  options: Pick<EvaluateOptions, "signal" | "onProgress">,
): Promise<JudgedInputs> {
  const { outputs, latencyMs } = await runAll(model, inputs, options);
  return {
    probabilities: outputs.map((logits) => pneumoniaProbability(logits, model.temperature)),
    uncalibrated: outputs.map((logits) => pneumoniaProbability(logits, 1)),
    latencyMs,
  };
}

/** The evaluation that several such runs come to, in the order of the cases; `labels`: 1 is PNEUMONIA, one a case. */
export function summariseRun(
  model: VerdictModel,
  runs: readonly JudgedInputs[],
  {
    labels,
    cases,
    ...named
  }: Pick<Evaluation, "artifact" | "set" | "changes" | "cases"> & { labels: Uint8Array },
): Evaluation {
  return {
    formatVersion: 2,
    ...named,
    images: digestCases(cases),
    temperature: model.temperature,
    threshold: model.operatingPoint.threshold,
    thresholdRule: model.operatingPoint.rule,
    engine: model.engine.name,
    latencyMs: findMedian(runs.map(({ latencyMs }) => latencyMs)),
    eceBefore: calibrationError(
      runs.flatMap(({ uncalibrated }) => uncalibrated),
      labels,
    ),
    eceAfter: calibrationError(
      runs.flatMap(({ probabilities }) => probabilities),
      labels,
    ),
    cases,
  };
}

/** The germ of a pneumonia is known where the file's name says it. */
export function describeCase({ sha256, label, file }: Radiograph, probability: number): EvaluationCase {
  const subgroup = CLASSES[label] === "PNEUMONIA" ? readGerm(file) : undefined;
  return { sha256, label: CLASSES[label], probability, ...(subgroup && { subgroup }) };
}

async function runAll(
  { engine, input }: VerdictModel,
  inputs: Float32Array,
  { signal, onProgress }: Pick<EvaluateOptions, "signal" | "onProgress">,
): Promise<{ outputs: Float32Array[]; latencyMs: number }> {
  const length = countValues(input);
  const total = inputs.length / length;
  const outputs: Float32Array[] = [];
  const times: number[] = [];
  for (let at = 0; at < total; at++) {
    if (at % BREATH === 0) await new Promise(setImmediate); // progress is drawn and signals are heard between
    signal?.throwIfAborted();
    const started = performance.now();
    const { logits } = await engine.run(inputs.subarray(at * length, (at + 1) * length));
    times.push(performance.now() - started);
    outputs.push(logits);
    onProgress?.(at + 1, total);
  }
  return { outputs, latencyMs: findMedian(times) };
}

const BREATH = 16; // images

function countValues({ height, width, channels }: InputRecipe): number {
  return height * width * channels;
}

function findMedian(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
