/**
 * A network of signs in the engine, on bits, against the network that was trained, in floats: sums and signs of
 * every layer are equal, not near. What the engine runs is the file, opened.
 */

import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EngineKind, loadEngine } from "@radlite/model/engine";
import { encodeNetwork, inferShapes, type Network, open } from "@radlite/model/format";
import { type BinaryOptions, buildArchitecture, type Graph } from "@radlite/training/architectures";
import {
  type Batch,
  computeLogits,
  fitGraph,
  runNodes,
  tf,
  toInputs,
  toTensors,
} from "@radlite/training/fit";
import { freezeGraph, thawNetwork } from "@radlite/training/freeze";
import type { Tensor } from "@tensorflow/tfjs-node";
import { expect, test } from "vitest";
import { drawBatch, drawFitData } from "../networks.ts";

const SIDE = 16;
const IMAGES = 12;

const BODY: BinaryOptions["body"] = [
  { width: 12, blocks: 2, stride: 2 },
  { width: 36, blocks: 2, stride: 2 },
];
const FAMILIES = [
  { family: "binary-residual", gradient: "polynomial" },
  { family: "binary-vgg", gradient: "clipped" },
] as const;

async function fitFamily({ family, gradient }: (typeof FAMILIES)[number]) {
  const graph = buildArchitecture(
    { family, stem: { width: 6, stride: 1 }, body: BODY, gradient },
    { height: SIDE, width: SIDE, channels: 1, normalise: { kind: "per-image" } },
    ["NORMAL", "PNEUMONIA"],
  );
  const folder = await mkdtemp(join(tmpdir(), "radlite-signs-"));
  const options = {
    epochs: 3,
    rate: 0.01,
    warmup: 1,
    weightDecay: 0,
    labelSmoothing: 0.05,
    averaging: 0.9,
    ...({ classWeights: "balanced", seed: 5 } as const),
  };
  const checkpoint = { path: join(folder, "checkpoint.bin"), fingerprint: "test", resume: false };
  const data = drawFitData(SIDE, { steps: 12, batch: 16 });
  return { graph, fitted: await fitGraph(graph, data, options, { checkpoint }) };
}

/** Every layer of signs that the trained graph computes, with its running statistics, in order. */
function simulate(graph: Graph, values: readonly Float32Array[], batch: Batch): Float32Array[] {
  return graph.nodes.flatMap((node, at) => {
    if (node.op !== "BinaryActivation" && node.op !== "BinaryConv") return [];
    const part = { nodes: graph.nodes.slice(0, at + 1) };
    const value = tf.tidy(() => {
      const tensors: Tensor[] = toTensors(graph, values);
      return [runNodes(part, tensors, toInputs(graph, batch)).dataSync<"float32">().slice()];
    });
    return value;
  });
}

/** The network up to a node, whose value is what its features are. */
function cutBehind(network: Network, at: number): Network {
  const channels = inferShapes(network)[at + 1]![2];
  const kept: Network["tensors"] = [];
  const take = (tensor: number) => kept.push(network.tensors[tensor]!) - 1;
  const nodes = network.nodes.slice(0, at + 1).map((node) => {
    if (!("weights" in node)) return node;
    const moved = { ...node, weights: take(node.weights) };
    return node.bias === undefined ? moved : { ...moved, bias: take(node.bias) };
  }) as Network["nodes"];
  const weights = kept.push({
    shape: [channels, 1],
    values: new Float32Array(channels),
    coding: { kind: "f32" },
  } as Network["tensors"][number]);
  nodes.push({ op: "GlobalAveragePool", inputs: [at + 1] });
  nodes.push({ op: "Gemm", inputs: [at + 2], weights: weights - 1 });
  return { ...network, nodes, tensors: kept };
}

async function runCut(network: Network, at: number, engine: EngineKind, batch: Batch): Promise<Float32Array> {
  const running = await loadEngine(cutBehind(network, at), { engine });
  const size = SIDE * SIDE;
  const features: number[] = [];
  for (let image = 0; image < IMAGES; image++) {
    const tensor = batch.inputs.slice(image * size, (image + 1) * size);
    features.push(...(await running.run(tensor)).features);
  }
  return Float32Array.from(features);
}

test.each(FAMILIES)("$family: sums and signs of every layer, and the logits", async (family) => {
  const { graph, fitted } = await fitFamily(family);
  const batch = drawBatch(SIDE, IMAGES, 77);
  const expected = simulate(graph, fitted.values, batch);

  const { network } = open(encodeNetwork(freezeGraph(graph, fitted.values)));

  const layers = network.nodes.flatMap(({ op }, at) => (op === "Sign" || op === "BinaryConv" ? [at] : []));
  expect(layers).toHaveLength(8);
  for (const engine of ["wasm", "reference"] as const) {
    for (const [layer, at] of layers.entries()) {
      const actual = await runCut(network, at, engine, batch);
      const wrong = actual.findIndex((value, i) => value !== expected[layer]![i]);
      expect([engine, at, wrong]).toEqual([engine, at, -1]);
      expect(actual).toHaveLength(expected[layer]!.length);
    }
    const logits = computeLogits(graph, fitted.values, batch);
    const running = await loadEngine(network, { engine });
    for (const [image, logit] of logits.entries()) {
      const tensor = batch.inputs.slice(image * SIDE * SIDE, (image + 1) * SIDE * SIDE);
      expect(Math.abs((await running.run(tensor)).logits[0]! - logit)).toBeLessThan(1e-4);
    }
    expect(Math.max(...logits) - Math.min(...logits)).toBeGreaterThan(0.5); // it has learnt something
  }
});

test("latent weights stay within [-1, 1] and centred while they learn, and none decays", async () => {
  const { graph, fitted } = await fitFamily(FAMILIES[0]);

  const latents = graph.tensors.flatMap(({ role, shape }, at) =>
    role === "latent" ? [{ shape, values: fitted.values[at]! }] : [],
  );

  expect(latents).toHaveLength(4);
  for (const { shape, values } of latents) {
    expect(values.every((weight) => Math.abs(weight) <= 1)).toBe(true);
    const [inputs, filters] = shape.slice(-2) as [number, number];
    const sum = Array.from({ length: inputs }, (_, input) => values[input * filters]!).reduce(
      (a, b) => a + b,
    );
    expect(Math.abs(sum)).toBeLessThan(1e-4);
  }
});

test("a frozen network of signs refuses to learn on", async () => {
  const { graph, fitted } = await fitFamily(FAMILIES[1]);
  const network = freezeGraph(graph, fitted.values);

  expect(() => thawNetwork(network)).toThrow("Layer 3 is a Sign: layers of signs cannot learn further");
});
