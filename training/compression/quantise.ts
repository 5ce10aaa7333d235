/**
 * Quantisation-aware training: the network learns on with every layer's weights rounded to multiples of a step
 * that is learnt too (step-size.ts), so that it gets used to what rounding costs. Biases do so where they are given
 * bits, and else stay free, in float16. Stored: `indexed`, the codebook being all multiples between the lowest and
 * the highest in use, exact in float16. `range` comes next where biases are rounded: it tells a codebook by its step.
 * Weights that are exactly zero were pruned and stay zero.
 */
import { type Network, roundToFloat16, type WeightTensor } from "@radlite/model/format";
import type { FitData } from "../fit/batches.ts";
import { computeGradients } from "../fit/gradients.ts";
import { applyGradients, type OptimiserState, startOptimiser } from "../fit/optimiser.ts";
import { computeRate } from "../fit/schedule.ts";
import { computeLogits, scoreLogits, type ValidationScore } from "../fit/validate.ts";
import { thawNetwork } from "../freeze/thaw.ts";
import { measureDrift } from "./drift.ts";
import { describeLayerBits, findTensorBits, type LayerBits } from "./layer-bits.ts";
import { compareStage } from "./layers.ts";
import type { Stage, StageContext } from "./stage.ts";
import { restoreArrays } from "./stage-progress.ts";
import { findLevels, type LevelRange, passGradients, spanLevels, startStep } from "./step-size.ts";
import { firstEpochOf } from "./streams.ts";

/** Bits from 2 to 8: a layer's weights are 2^bits multiples of its step. */
export interface QuantiseOptions extends LayerBits {
  /** The bits of biases; absent: these stay free. */
  biasBits?: number;
  epochs: number;
  /** Highest learning rate of weights and, relative to themselves, of steps; falls along half a cosine. */
  rate: number;
}

/** What is learnt. */
interface Learnt {
  values: Float32Array[]; // one for each of the network's tensors, not rounded
  /** ln of each tensor's step: learning moves a step by shares of itself, whatever its size. */
  logSteps: Float32Array;
  /** For each tensor; `undefined`: it stays free, in float16. */
  ranges: (LevelRange | undefined)[];
}

/** A result of learning, rounded to what is stored. */
interface Candidate {
  network: Network;
  score: ValidationScore;
  logits: Float32Array; // on validation
}

/** After an epoch. */
interface QuantiseState {
  epochs: number;
  parameters: Float32Array[];
  optimiser: OptimiserState;
  best: Candidate;
}

const FLOAT16_BITS = 16;
/** The head of the coding `stepped`: a step and how many levels from where on. */
const STEP_BITS = 32;
/** The least that float16 holds. */
const LEAST_STEP = 2 ** -24;

/** Applying it: BAD_INPUT for a layer that there is not or that is named twice. */
export function createQuantiseStage(options: QuantiseOptions): Stage {
  const { biasBits, epochs, rate } = options;
  return {
    name: "quantise",
    options: { ...describeLayerBits(options), ...(biasBits && { biasBits }), epochs, rate },
    streams: ["quantise"],
    async apply(network, data, context) {
      const before = judge(network, data);
      const best = await trainQuantised(network, data, options, context);
      const scores = { before: before.score, after: best.score };
      const figures = { logitDrift: measureDrift(best.logits, before.logits) };
      return { network: best.network, report: compareStage(network, best.network, scores, figures) };
    },
  };
}

/** The epoch best on validation, the untrained start among them. */
async function trainQuantised(
  network: Network,
  data: FitData,
  { biasBits, epochs, rate, ...layerBits }: QuantiseOptions,
  { loss, streams, progress, signal, onProgress }: StageContext,
): Promise<Candidate> {
  const firstEpoch = firstEpochOf("quantise", streams);
  const { graph } = thawNetwork(network);
  const bits = findTensorBits(network, layerBits, "quantise");
  const learnt = startLearning(network, bits, biasBits);
  const zeros = network.tensors.map(({ values }, at) =>
    values.map((value) => Number(bits[at] !== undefined && value === 0)),
  );
  const parameters = [...learnt.values, learnt.logSteps];
  const saved = progress?.saved as QuantiseState | undefined;
  if (saved) restoreArrays(parameters, saved.parameters);
  const optimiser = saved?.optimiser ?? startOptimiser(parameters);
  const decay = parameters.map(() => 0);
  const schedule = { rate, warmupSteps: 0, totalSteps: epochs * data.steps };
  let best = saved?.best ?? judge(roundNetwork(network, learnt), data);

  for (let epoch = saved?.epochs ?? 0; epoch < epochs; epoch++) {
    for (let step = 0; step < data.steps; step++) {
      signal?.throwIfAborted();
      const batch = await data.batch(firstEpoch + epoch, step);
      const { gradients } = computeGradients(graph, roundValues(learnt), batch, loss);
      const passed = passAll(gradients, learnt, zeros);
      applyGradients(parameters, passed, optimiser, { rate: computeRate(optimiser.steps, schedule), decay });
    }
    const reached = judge(roundNetwork(network, learnt), data);
    if (reached.score.loss < best.score.loss) best = reached;
    await progress?.keep({ epochs: epoch + 1, parameters, optimiser, best } satisfies QuantiseState);
    const { auc, loss: validationLoss } = reached.score;
    onProgress?.({
      kind: "note",
      text: `quantise: epoch ${epoch + 1} of ${epochs}, validation AUC ${auc.toFixed(4)}, loss ${validationLoss.toFixed(4)}`,
    });
  }
  return best;
}

/** Weights are quantised where indices and codebook are shorter than halves, biases where indices and step are. */
function startLearning(
  { tensors }: Network,
  bits: readonly (number | undefined)[],
  biasBits: number | undefined,
): Learnt {
  const ranges = tensors.map(({ values }, at) => {
    const own = bits[at] ?? biasBits;
    if (own === undefined) return undefined;
    const codebookBits = bits[at] === undefined ? STEP_BITS : FLOAT16_BITS * 2 ** own;
    return codebookBits < (FLOAT16_BITS - own) * values.length ? spanLevels(own) : undefined;
  });
  return {
    values: tensors.map(({ values }) => values.slice()),
    logSteps: Float32Array.from(tensors, ({ values }, at) =>
      ranges[at] ? Math.log(startStep(values, ranges[at])) : 0,
    ),
    ranges,
  };
}

/** Gradients of the rounded values -> those of what is learnt, the steps' last; pruned weights have none. */
function passAll(
  gradients: readonly (Float32Array | undefined)[],
  { values, logSteps, ranges }: Learnt,
  zeros: readonly Float32Array[],
): (Float32Array | undefined)[] {
  const ofSteps = new Float32Array(logSteps.length);
  const ofValues = gradients.map((gradient, at) => {
    if (!gradient) return undefined;
    const stop = (value: number, i: number) => (zeros[at]![i] === 1 ? 0 : value);
    const range = ranges[at];
    if (!range) return gradient.map(stop);
    const step = Math.exp(logSteps[at]!);
    const passed = passGradients(gradient, values[at]!, step, range);
    ofSteps[at] = passed.step * step; // d/d ln s = s d/ds
    return passed.values.map(stop);
  });
  return [...ofValues, ofSteps];
}

function roundValues({ values, logSteps, ranges }: Learnt): Float32Array[] {
  return values.map((own, at) => {
    const range = ranges[at];
    if (!range) return own;
    const step = Math.exp(logSteps[at]!);
    return Float32Array.from(findLevels(own, step, range), (level) => level * step);
  });
}

/** As stored: levels from the lowest to the highest in use, and everything, steps too, exact in float16. */
function roundNetwork(network: Network, learnt: Learnt): Network {
  const tensors = network.tensors.map(({ shape }, at): WeightTensor => {
    const own = learnt.values[at]!;
    const range = learnt.ranges[at];
    if (!range) return { shape, values: roundToFloat16(own), coding: { kind: "f16" } };
    const [step] = roundToFloat16(Float32Array.of(Math.max(Math.exp(learnt.logSteps[at]!), LEAST_STEP)));
    const levels = findLevels(own, step!, range);
    const [lowest, highest] = [Math.min(...levels), Math.max(...levels)];
    const run = Float32Array.from({ length: highest - lowest + 1 }, (_, up) => (lowest + up) * step!);
    const codebook = roundToFloat16(run);
    const indices = Uint8Array.from(levels, (level) => level - lowest);
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
