/** The published networks as the comparison with Keras runs them: at full width, over the images of the reference. */

import { createHash } from "node:crypto";
import {
  buildArchitecture,
  countValues,
  type Graph,
  HEAD_PREFIX,
  isTrained,
  type PublishedFamily,
} from "@radlite/training/architectures";
import { runNodes, tf, toTensors } from "@radlite/training/fit";
import { nameTensors } from "@radlite/training/weights";
import type { Tensor4D } from "@tensorflow/tfjs-node";
import { generateImage } from "./generated.ts";

/** What reference.py writes of a network. */
export interface Reference extends Description {
  network: PublishedFamily;
  image: [height: number, width: number];
  /** Outputs of some layers, the last one of the network among them. */
  outputs: ReferenceOutput[];
  widths: (Description & { width: number })[];
}

export interface Description {
  trainable: number;
  nonTrainable: number;
  /** Layers with weights, and the digest of their names and shapes in Keras' order. */
  layers: number;
  layersSha256: string;
}

export interface ReferenceOutput {
  layer: string;
  shape: [images: number, height: number, width: number, channels: number];
  /** The root mean square of all values. */
  rms: number;
  /** Values at places as far from each other as can be, from the first to the last. */
  samples: number[];
}

/** A share of the root mean square that a difference is divided by. */
export const TOLERANCE = 1e-4;

export function buildNetwork(family: PublishedFamily, [height, width]: readonly number[], factor = 1): Graph {
  const input = { height: height!, width: width!, channels: 3, normalise: { kind: "per-image" } } as const;
  return buildArchitecture({ family, width: factor, head: { hidden: [], dropout: 0 } }, input, [
    "NORMAL",
    "PNEUMONIA",
  ]);
}

/** Without the head. */
export function describeNetwork(graph: Graph): Description {
  const names = nameTensors(graph);
  const base = graph.tensors.flatMap((spec, at) =>
    names[at]!.layer.startsWith(HEAD_PREFIX) ? [] : [{ ...spec, ...names[at]! }],
  );
  const count = (trained: boolean) =>
    base.reduce((sum, spec) => sum + (isTrained(spec.role) === trained ? countValues(spec) : 0), 0);
  const lines = base.map(({ layer, tensor, shape }) => `${layer} ${tensor} ${shape.join("x")}\n`);
  return {
    trainable: count(true),
    nonTrainable: count(false),
    layers: new Set(base.map(({ layer }) => layer)).size,
    layersSha256: createHash("sha256").update(lines.join("")).digest("hex"),
  };
}

/** What the layers give for the reference's images, in TensorFlow: one array each, over all images. */
export function runLayers(
  graph: Graph,
  values: readonly Float32Array[],
  layers: readonly string[],
  images: number,
): Float32Array[] {
  const { height, width } = graph.input;
  const pixels = Array.from({ length: images }, (_, at) => generateImage(at, height, width));
  const outputs: Float32Array[] = [];
  tf.tidy(() => {
    const tensors = toTensors(graph, values);
    const x = tf.stack(pixels.map((image) => tf.tensor3d(image, [height, width, 3]))) as Tensor4D;
    for (const layer of layers) {
      const nodes = graph.nodes.slice(0, graph.layers!.lastIndexOf(layer) + 1);
      outputs.push(tf.tidy(() => runNodes({ nodes }, tensors, x)).dataSync<"float32">() as Float32Array);
    }
  });
  return outputs;
}

/** The largest difference, over the root mean square of the expected values. */
export function compareValues(actual: ArrayLike<number>, expected: ArrayLike<number>, rms: number): number {
  let largest = actual.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  for (let at = 0; at < expected.length; at++) {
    const difference = Math.abs(actual[at]! - expected[at]!);
    if (!(difference <= largest)) largest = difference; // not a number: the largest too
  }
  return largest / rms;
}

export function computeRms(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at]! ** 2;
  return Math.sqrt(sum / values.length);
}

/** The values that reference.py keeps of so many. */
export function takeSamples(values: ArrayLike<number>, count: number): number[] {
  return Array.from(
    { length: count },
    (_, at) => values[Math.floor((at * (values.length - 1)) / (count - 1))]!,
  );
}
