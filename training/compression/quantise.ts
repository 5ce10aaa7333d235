/**
 * Quantisation-aware training: the network learns on with every layer's weights rounded to multiples of a step
 * that is learnt too (step-size.ts), so that it gets used to what rounding costs. Biases stay free, in float16.
 * Stored: `indexed`, the codebook being the multiples in use, exact in float16; huffman or range may follow.
 * Weights that are exactly zero were pruned and stay it.
 */
import { type Network, roundToFloat16, type WeightTensor } from "@radlite/model/format";
import type { FitData } from "../fit/batches.ts";
import { computeGradients } from "../fit/gradients.ts";
import { applyGradients, startOptimiser } from "../fit/optimiser.ts";
import { computeRate } from "../fit/schedule.ts";
import { computeLogits, scoreLogits, type ValidationScore } from "../fit/validate.ts";
import { thawNetwork } from "../freeze/thaw.ts";
import { compareStage } from "./layers.ts";
import type { Stage, StageContext } from "./stage.ts";
import { findLevels, type LevelRange, passGradients, spanLevels, startStep } from "./step-size.ts";

export interface QuantiseOptions {
  /** 2 to 8: a layer's weights are 2^bits multiples of its step. */
  bits: number;
  epochs: number;
  /** Highest learning rate of weights and, relative to themselves, of steps; falls along half a cosine. */
  rate: number;
}

/** What is learnt. */
interface Learnt {
  values: Float32Array[]; // one for each of the network's tensors, not rounded
  /** ln of each tensor's step: learning moves a step by shares of itself, whatever its size. */
  logSteps: Float32Array;
  /** False: a tensor that stays free, in float16. */
  isQuantised: boolean[];
}

/** Of learning, rounded to what is stored. */
interface Candidate {
  network: Network;
  score: ValidationScore;
  logits: Float32Array; // on validation
}

// Batches that no other part of a training has seen: fitting counts from 0, clustering and tuning from 1 and 2 million.
const FIRST_EPOCH = 3_000_000;

const FLOAT16_BITS = 16;

export function createQuantiseStage({ bits, epochs, rate }: QuantiseOptions): Stage {
  return {
    name: "quantise",
    paper: "Esser et al., Learned Step Size Quantization, ICLR 2020 (https://arxiv.org/abs/1902.08153)",
    options: { bits, epochs, rate },
    async apply(network, data, context) {
      const before = judge(network, data);
      const best = await trainQuantised(network, data, { bits, epochs, rate }, context);
      const report = {
        ...compareStage(network, best.network, { before: before.score, after: best.score }),
        logitDrift: measureDrift(best.logits, before.logits),
      };
      return { network: best.network, report };
    },
  };
}

/** The epoch best on validation, the untrained start among them. */
async function trainQuantised(
  network: Network,
  data: FitData,
  { bits, epochs, rate }: QuantiseOptions,
  { loss, signal, onProgress }: StageContext,
): Promise<Candidate> {
  const range = spanLevels(bits);
  const { graph } = thawNetwork(network);
  const learnt = startLearning(network, bits);
  const zeros = network.tensors.map(({ values }) => values.map((value) => Number(value === 0)));
  const parameters = [...learnt.values, learnt.logSteps];
  const optimiser = startOptimiser(parameters);
  const decay = parameters.map(() => 0);
  const schedule = { rate, warmupSteps: 0, totalSteps: epochs * data.steps };
  let best = judge(roundNetwork(network, learnt, range), data);

  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let step = 0; step < data.steps; step++) {
      signal?.throwIfAborted();
      const batch = await data.batch(FIRST_EPOCH + epoch, step);
      const { gradients } = computeGradients(graph, roundValues(learnt, range), batch, loss);
      const passed = passAll(gradients, learnt, range, zeros);
      applyGradients(parameters, passed, optimiser, { rate: computeRate(optimiser.steps, schedule), decay });
    }
    const reached = judge(roundNetwork(network, learnt, range), data);
    if (reached.score.loss < best.score.loss) best = reached;
    const { auc, loss: validationLoss } = reached.score;
    onProgress?.({
      kind: "note",
      text: `quantise: epoch ${epoch + 1} of ${epochs}, validation AUC ${auc.toFixed(4)}, loss ${validationLoss.toFixed(4)}`,
    });
  }
  return best;
}

/** Weights are quantised where indices and codebook are shorter than halves. */
function startLearning({ nodes, tensors }: Network, bits: number): Learnt {
  const isQuantised = tensors.map(
    ({ values }, at) =>
      nodes.some((node) => "weights" in node && node.weights === at) &&
      FLOAT16_BITS * 2 ** bits + bits * values.length < FLOAT16_BITS * values.length,
  );
  const range = spanLevels(bits);
  return {
    values: tensors.map(({ values }) => values.slice()),
    logSteps: Float32Array.from(tensors, ({ values }) => Math.log(startStep(values, range))),
    isQuantised,
  };
}

/** Gradients of the rounded values -> those of what is learnt, the steps' last; pruned weights have none. */
function passAll(
  gradients: readonly (Float32Array | undefined)[],
  { values, logSteps, isQuantised }: Learnt,
  range: LevelRange,
  zeros: readonly Float32Array[],
): (Float32Array | undefined)[] {
  const ofSteps = new Float32Array(logSteps.length);
  const ofValues = gradients.map((gradient, at) => {
    if (!gradient || !isQuantised[at]) return gradient;
    const step = Math.exp(logSteps[at]!);
    const passed = passGradients(gradient, values[at]!, step, range);
    ofSteps[at] = passed.step * step; // d/d ln s = s d/ds
    return passed.values.map((value, i) => (zeros[at]![i] === 1 ? 0 : value));
  });
  return [...ofValues, ofSteps];
}

function roundValues({ values, logSteps, isQuantised }: Learnt, range: LevelRange): Float32Array[] {
  return values.map((own, at) => {
    if (!isQuantised[at]) return own;
    const step = Math.exp(logSteps[at]!);
    return Float32Array.from(findLevels(own, step, range), (level) => level * step);
  });
}

/** As stored: levels that are in use, and everything exact in float16. */
function roundNetwork(network: Network, learnt: Learnt, range: LevelRange): Network {
  const tensors = network.tensors.map(({ shape }, at): WeightTensor => {
    const own = learnt.values[at]!;
    if (!learnt.isQuantised[at]) return { shape, values: roundToFloat16(own), coding: { kind: "f16" } };
    const step = Math.exp(learnt.logSteps[at]!);
    const levels = findLevels(own, step, range);
    const used = [...new Set(levels)].sort((a, b) => a - b);
    const codebook = roundToFloat16(Float32Array.from(used, (level) => level * step));
    const indices = Uint8Array.from(levels, (level) => used.indexOf(level));
    const values = Float32Array.from(indices, (index) => codebook[index]!);
    return { shape, values, coding: { kind: "indexed", codebook, indices } };
  });
  return { ...network, tensors };
}

function judge(network: Network, data: FitData): Candidate {
  const { graph, values } = thawNetwork(network);
  const logits = computeLogits(graph, values, data.validation);
  return { network, logits, score: scoreLogits(logits, data.validation.labels) };
}

/** Root mean square of the differences. */
function measureDrift(logits: Float32Array, target: Float32Array): number {
  const squares = logits.reduce((sum, logit, at) => sum + (logit - target[at]!) ** 2, 0);
  return Math.sqrt(squares / logits.length);
}
