/**
 * Every architecture, narrow and small: what TensorFlow trains is what the encoded file computes in the engine,
 * and the exported one in onnxruntime.
 */

import { loadEngine } from "@radlite/model/engine";
import { encodeNetwork, type InputRecipe, open } from "@radlite/model/format";
import {
  buildArchitecture,
  FAMILIES,
  type Graph,
  initialiseTensors,
  PUBLISHED_FAMILIES,
  type PublishedFamily,
} from "@radlite/training/architectures";
import {
  applyGradients,
  type Batch,
  computeGradients,
  computeLogits,
  estimateStatistics,
  startOptimiser,
  tf,
} from "@radlite/training/fit";
import { freezeGraph, thawNetwork } from "@radlite/training/freeze";
import { expect, test } from "vitest";
import { loadOnnxEngine } from "../../model/engine/onnxruntime.ts";
import { drawUniform, drawValues } from "../networks.ts";

const HEAD = { hidden: [16], dropout: 0.5 };
const LOSS = { classWeights: [1, 1], labelSmoothing: 0 };

/** An odd side, so that strided layers differ in where they pad. */
function build(family: PublishedFamily, channels: 1 | 3, side = FAMILIES[family].minimumSide + 5): Graph {
  const input: InputRecipe = { height: side, width: side + 8, channels, normalise: { kind: "per-image" } };
  return buildArchitecture({ family, width: 0.125, head: HEAD }, input, ["NORMAL", "PNEUMONIA"]);
}

function drawImages({ input: { height, width, channels } }: Graph, count: number): Batch {
  return {
    inputs: drawUniform(count * height * width * channels, 5),
    labels: Uint8Array.from({ length: count }, (_, at) => at % 2),
  };
}

const CASES = PUBLISHED_FAMILIES.flatMap((family) => [
  { family, channels: 1 as const },
  { family, channels: 3 as const },
]);

test.each(CASES)(
  "$family of $channels channels: the engine and onnxruntime give TensorFlow's logits",
  async ({ family, channels }) => {
    const graph = build(family, channels);
    const batch = drawImages(graph, 3);
    const values = estimateStatistics(graph, drawValues(graph, 21), [drawImages(graph, 32)]);
    const expected = computeLogits(graph, values, batch);

    const network = freezeGraph(graph, values);
    const engine = await loadEngine(open(encodeNetwork(network)).network);
    const oracle = await loadOnnxEngine(network);

    const size = batch.inputs.length / expected.length;
    // Sums of float32 in another order: on processors without AVX-512 up to 1.8e-4 after the layers of InceptionV3.
    const tolerance = 5e-4 * Math.max(1, ...expected.map(Math.abs));
    expect(new Set(expected).size).toBe(expected.length); // the images are distinguished
    for (const [at, logit] of expected.entries()) {
      const image = batch.inputs.slice(at * size, (at + 1) * size);
      for (const { logits } of [await engine.run(image), await oracle.run(image)]) {
        expect(Math.abs(logits[0]! - logit)).toBeLessThan(tolerance);
      }
    }
    const thawed = thawNetwork(network);
    computeLogits(thawed.graph, thawed.values, batch).forEach((logit, at) => {
      expect(Math.abs(logit - expected[at]!)).toBeLessThan(tolerance);
    });
  },
);

// Between them they have every operator.
test.each(["vgg16", "mobilenet", "densenet121"] as const)(
  "%s learns a batch by heart, and leaks no tensor",
  (family) => {
    const graph = build(family, 1);
    const values = initialiseTensors(graph, 3);
    const batch = drawImages(graph, 8);
    const optimiser = startOptimiser(values);
    const options = { rate: 0.003, decay: values.map(() => 0) };
    const learn = () => {
      const { loss, gradients } = computeGradients(graph, values, batch, LOSS);
      applyGradients(values, gradients, optimiser, options);
      return loss;
    };

    const first = learn();
    const before = tf.memory().numTensors;
    let last = first;
    for (let step = 0; step < 25; step++) last = learn();

    expect(last).toBeLessThan(0.5 * first);
    expect(tf.memory().numTensors).toBe(before);
  },
);
