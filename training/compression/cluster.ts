/**
 * Weight sharing: the weights of a layer take at most 2^bits values, found by k-means and then trained, the
 * sharing itself fixed. Biases and the shared values end exact in float16, which is what is judged and kept.
 * Gradient of a shared value: the sum over the weights that use it (sharing.ts). Stored: `indexed`.
 * Weights that are exactly zero were pruned and stay zero: zero is an entry of their codebook that does not learn.
 */
import { type Network, roundToFloat16, type WeightTensor } from "@radlite/model/format";
import type { FitData } from "../fit/batches.ts";
import { computeGradients } from "../fit/gradients.ts";
import { applyGradients, type OptimiserState, startOptimiser } from "../fit/optimiser.ts";
import { computeRate } from "../fit/schedule.ts";
import { computeLogits, scoreLogits } from "../fit/validate.ts";
import { thawNetwork } from "../freeze/thaw.ts";
import { measureDrift } from "./drift.ts";
import { clusterAroundZero, clusterValues } from "./kmeans.ts";
import { describeLayerBits, findTensorBits, type LayerBits } from "./layer-bits.ts";
import { compareStage } from "./layers.ts";
import { gatherGradients, spreadValues } from "./sharing.ts";
import type { Stage, StageContext } from "./stage.ts";
import { restoreArrays } from "./stage-progress.ts";
import { firstEpochOf } from "./streams.ts";

export interface ClusterOptions extends LayerBits {
  /** Passes over the training images in which the shared values learn. */
  epochs: number;
  /** Highest learning rate of these, falling along half a cosine. */
  rate: number;
}

/** What is learnt: the shared values of a clustered tensor, or all values of another. */
interface Shared {
  indices: Uint8Array | undefined;
  learnt: Float32Array;
  /** Places in `learnt` that are zero and remain so. */
  zeros: readonly number[];
}

/** Shared values, exact in float16, and how the network answers with them. */
interface Candidate {
  shared: Shared[];
  logits: Float32Array; // on validation
  drift: number;
}

/** After an epoch. */
interface ClusterState {
  epochs: number;
  learnt: Float32Array[];
  optimiser: OptimiserState;
  best: Candidate;
}

/** Applying it: BAD_INPUT for a layer that there is not or that is named twice. */
export function createClusterStage({ epochs, rate, ...layerBits }: ClusterOptions): Stage {
  return {
    name: "cluster",
    options: { ...describeLayerBits(layerBits), epochs, rate },
    streams: ["cluster"],
    async apply(network, data, context) {
      const bits = findTensorBits(network, layerBits, "cluster");
      const shared = network.tensors.map(({ values }, at) => shareTensor(values, bits[at]));
      const { labels } = data.validation;
      const target = answer(network, data);
      const best = await trainShared(network, shared, data, { epochs, rate, target }, context);
      const clustered = applyShared(network, best.shared);
      const scores = { before: scoreLogits(target, labels), after: scoreLogits(best.logits, labels) };
      const report = compareStage(network, clustered, scores, { logitDrift: best.drift });
      return { network: clustered, report };
    },
  };
}

/** Weights are clustered where a codebook is shorter than halves; biases, which have no bits, stay free. */
function shareTensor(values: Float32Array, bits: number | undefined): Shared {
  if (bits === undefined) return { indices: undefined, learnt: values.slice(), zeros: [] };
  const pruned = [...values.keys()].filter((place) => values[place] === 0);
  // A pruned tensor has a zero and needs no more entries than it has other weights.
  const entries = Math.min(2 ** bits, pruned.length === 0 ? 256 : values.length - pruned.length + 1);
  if (16 * entries + bits * values.length >= 16 * values.length) {
    return { indices: undefined, learnt: values.slice(), zeros: pruned };
  }
  if (pruned.length > 0) {
    const { centroids, indices, zero } = clusterAroundZero(values, entries);
    return { indices, learnt: Float32Array.from(centroids), zeros: [zero] };
  }
  const { centroids, indices } = clusterValues(values, entries);
  return { indices, learnt: Float32Array.from(centroids), zeros: [] };
}

/**
 * Trains the shared values. Kept is the epoch, the untrained start among them, whose validation logits lie
 * nearest to the network's before clustering: a compressed network should answer as its parent does, also on
 * images unlike these, and a lower loss here can be no more than a moved threshold.
 */
async function trainShared(
  network: Network,
  start: readonly Shared[],
  data: FitData,
  { epochs, rate, target }: Pick<ClusterOptions, "epochs" | "rate"> & { target: Float32Array },
  { loss, streams, progress, signal, onProgress }: StageContext,
): Promise<Candidate> {
  const firstEpoch = firstEpochOf("cluster", streams);
  const { graph } = thawNetwork(network);
  const shared = start.map((one) => ({ ...one, learnt: one.learnt.slice() }));
  const learnt = shared.map((one) => one.learnt);
  const saved = progress?.saved as ClusterState | undefined;
  if (saved) restoreArrays(learnt, saved.learnt);
  const optimiser = saved?.optimiser ?? startOptimiser(learnt);
  const decay = learnt.map(() => 0);
  const schedule = { rate, warmupSteps: 0, totalSteps: epochs * data.steps };
  const judge = (): Candidate => {
    const rounded = roundShared(shared);
    const logits = answer(applyShared(network, rounded), data);
    return { shared: rounded, logits, drift: measureDrift(logits, target) };
  };
  let best = saved?.best ?? judge();

  for (let epoch = saved?.epochs ?? 0; epoch < epochs; epoch++) {
    for (let step = 0; step < data.steps; step++) {
      signal?.throwIfAborted();
      const batch = await data.batch(firstEpoch + epoch, step);
      const { gradients } = computeGradients(graph, shared.map(spread), batch, loss);
      const gathered = gradients.map((gradient, at) => {
        const { indices, learnt: values } = shared[at]!;
        return gradient && indices ? gatherGradients(gradient, indices, values.length) : gradient;
      });
      applyGradients(learnt, gathered, optimiser, { rate: computeRate(optimiser.steps, schedule), decay });
      for (const { learnt: values, zeros } of shared) for (const place of zeros) values[place] = 0;
    }
    const reached = judge();
    if (reached.drift < best.drift) best = reached;
    await progress?.keep({ epochs: epoch + 1, learnt, optimiser, best } satisfies ClusterState);
    const text = `cluster: epoch ${epoch + 1} of ${epochs}, logits off by ${reached.drift.toFixed(3)}`;
    onProgress?.({ kind: "note", text });
  }
  return best;
}

/** Logits on validation. */
function answer(network: Network, data: FitData): Float32Array {
  const { graph, values } = thawNetwork(network);
  return computeLogits(graph, values, data.validation);
}

function roundShared(shared: readonly Shared[]): Shared[] {
  return shared.map((one) => ({ ...one, learnt: roundToFloat16(one.learnt) }));
}

function spread({ indices, learnt }: Shared): Float32Array {
  return indices ? spreadValues(learnt, indices) : learnt;
}

/** The network with these values and their coding; `shared` is exact in float16. */
function applyShared(network: Network, shared: readonly Shared[]): Network {
  const tensors = network.tensors.map(({ shape }, at): WeightTensor => {
    const { indices, learnt } = shared[at]!;
    if (!indices) return { shape, values: learnt, coding: { kind: "f16" } };
    return {
      shape,
      values: spreadValues(learnt, indices),
      coding: { kind: "indexed", codebook: learnt, indices },
    };
  });
  return { ...network, tensors };
}
