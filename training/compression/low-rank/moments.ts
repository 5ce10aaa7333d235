/**
 * Mean and covariance of the channels that layers read, over training images, through TensorFlow. For each value
 * the graph up to it is run: quadratic in the depth, and still seconds where training takes minutes.
 */

import type { Network } from "@radlite/model/format";
import { Matrix } from "ml-matrix";
import type { Batch, FitData } from "../../fit/batches.ts";
import { runGraph } from "../../fit/forward.ts";
import { toInputs, toTensors } from "../../fit/gradients.ts";
import { tf } from "../../fit/tensorflow.ts";
import { thawNetwork } from "../../freeze/thaw.ts";
import { type FactorableLayer, listFactorableLayers } from "./layer.ts";
import { createWhitening, type Moments, type Whitening } from "./whitening.ts";

// Covariances of a layer's channels, up to some hundreds, settle within this many images.
const MEASURED_IMAGES = 512;
/** A dense layer over more inputs than this goes by its weights: its covariance would take minutes to decompose. */
const MOST_CHANNELS = 2048;

/** Over batches of `epoch`, of the layers that have one, by layer number. */
export async function measureWhitenings(
  network: Network,
  data: FitData,
  epoch: number,
): Promise<Map<number, Whitening>> {
  const batches: Batch[] = [];
  for (let step = 0, images = 0; step < data.steps && images < MEASURED_IMAGES; step++) {
    const batch = await data.batch(epoch, step);
    images += batch.labels.length;
    batches.push(batch);
  }
  const layers = listFactorableLayers(network).filter(({ kernel }) => kernel.shape[2] <= MOST_CHANNELS);
  const moments = measureMoments(network, layers, batches);
  return new Map([...moments].map(([layer, measured]) => [layer, createWhitening(measured)]));
}

/** By layer number. Every pixel of every image counts once; of a dense layer, every image. */
export function measureMoments(
  network: Network,
  layers: readonly FactorableLayer[],
  batches: readonly Batch[],
): Map<number, Moments> {
  const moments = new Map<string, Moments>();
  return new Map(
    layers.map(({ layer, node, kernel }) => {
      const [, , channels] = kernel.shape;
      const key = `${node.inputs[0]} ${channels}`;
      const measured = moments.get(key) ?? measureValue(network, node.inputs[0], channels, batches);
      moments.set(key, measured);
      return [layer, measured];
    }),
  );
}

/** The moments of value `number`, its numbers taken `channels` at a time. */
function measureValue(
  network: Network,
  number: number,
  channels: number,
  batches: readonly Batch[],
): Moments {
  const { graph, values } = thawNetwork(network);
  const sums = new Float64Array(channels);
  const products = new Float64Array(channels * channels);
  let count = 0;
  for (const batch of batches) {
    tf.tidy(() => {
      const part = { nodes: graph.nodes.slice(0, number) };
      const rows = runGraph(part, toTensors(graph, values), toInputs(graph, batch)).reshape([-1, channels]);
      add(sums, rows.sum(0).dataSync<"float32">());
      add(products, tf.matMul(rows, rows, true).dataSync<"float32">());
      count += rows.shape[0]!;
    });
  }
  const mean = sums.map((sum) => sum / count);
  const covariance = new Matrix(channels, channels).apply(function (a, b) {
    this.set(a, b, products[a * channels + b]! / count - mean[a]! * mean[b]!);
  });
  return { mean, covariance };
}

function add(sums: Float64Array, terms: Float32Array): void {
  terms.forEach((term, at) => {
    sums[at]! += term;
  });
}
