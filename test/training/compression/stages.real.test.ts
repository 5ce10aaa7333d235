import { encodeNetwork, type Network, open } from "@radlite/model/format";
import { applyGradients, computeGradients, startOptimiser, tf } from "@radlite/training/fit";
import { freezeGraph, thawNetwork } from "@radlite/training/freeze";
import { beforeAll, expect, test } from "vitest";
import { createClusterStage } from "../../../training/compression/cluster.ts";
import { createHuffmanStage } from "../../../training/compression/huffman.ts";
import { buildSmallGraph, drawFitData, drawValues } from "../networks.ts";

const CONTEXT = { loss: { classWeights: [1, 1], labelSmoothing: 0 } };
const DATA = drawFitData(8, { steps: 6, batch: 16 });

let network: Network;

beforeAll(async () => {
  const graph = buildSmallGraph(8, {
    stem: { width: 8, stride: 1 },
    body: [{ width: 16, blocks: 1, stride: 2 }],
  });
  const thawed = thawNetwork(freezeGraph(graph, drawValues(graph, 41)));
  const optimiser = startOptimiser(thawed.values);
  for (let step = 0; step < 200; step++) {
    const { gradients } = computeGradients(
      thawed.graph,
      thawed.values,
      await DATA.batch(0, step),
      CONTEXT.loss,
    );
    applyGradients(thawed.values, gradients, optimiser, { rate: 0.01, decay: thawed.values.map(() => 0) });
  }
  network = freezeGraph(thawed.graph, thawed.values);
});

test("a clustered layer has at most 2^bits values, exact in float16, and biases are halves", async () => {
  const { network: clustered } = await createClusterStage({ bits: 3, epochs: 0, rate: 0.001 }).apply(
    network,
    DATA,
    CONTEXT,
  );

  const shared = clustered.tensors.filter(({ coding }) => coding.kind === "indexed");
  expect(shared.length).toBeGreaterThan(2);
  for (const { values } of shared) expect(new Set(values).size).toBeLessThanOrEqual(8);
  for (const { values, coding, shape } of clustered.tensors) {
    expect(coding.kind).toBe(shape.length === 1 || values.length < 16 ? "f16" : "indexed");
  }
  expect(open(encodeNetwork(clustered)).network.tensors).toEqual(clustered.tensors);
});

test("layers have their own bits; a pinned one shares nothing and learns on in float16", async () => {
  const own = { layers: [{ layer: 3, bits: 1 }], pinned: [5] };
  const stage = createClusterStage({ bits: 3, ...own, epochs: 1, rate: 0.001 });

  const { network: clustered } = await stage.apply(network, DATA, CONTEXT);

  expect(stage.options).toEqual({ bits: 3, ...own, epochs: 1, rate: 0.001 });
  const weightsOf = (layer: number) =>
    clustered.tensors[(clustered.nodes[layer - 1] as { weights: number }).weights]!;
  expect(new Set(weightsOf(3).values).size).toBe(2);
  expect(new Set(weightsOf(1).values).size).toBe(8);
  const pinned = weightsOf(5);
  expect(pinned.coding).toEqual({ kind: "f16" });
  expect(new Set(pinned.values).size).toBeGreaterThan(pinned.values.length / 2);
});

test("fine-tuning moves the shared values, never the sharing, and nearer to what the network said before", async () => {
  const plain = await createClusterStage({ bits: 2, epochs: 0, rate: 0.002 }).apply(network, DATA, CONTEXT);
  const tuned = await createClusterStage({ bits: 2, epochs: 3, rate: 0.002 }).apply(network, DATA, CONTEXT);

  expect(tuned.report.figures.logitDrift).toBeLessThan(plain.report.figures.logitDrift!);
  expect(tuned.report.before).toEqual(plain.report.before);
  tuned.network.tensors.forEach(({ coding }, at) => {
    const other = plain.network.tensors[at]!.coding;
    if (coding.kind !== "indexed" || other.kind !== "indexed") return;
    expect(coding.indices).toEqual(other.indices);
    expect(coding.codebook).not.toEqual(other.codebook);
  });
});

test("applied twice it gives the same bytes", async () => {
  const stage = createClusterStage({ bits: 3, epochs: 1, rate: 0.001 });

  const [first, second] = [
    await stage.apply(network, DATA, CONTEXT),
    await stage.apply(network, DATA, CONTEXT),
  ];

  expect(encodeNetwork(second.network)).toEqual(encodeNetwork(first.network));
});

test("Huffman coding changes no value, shortens the file, and leaves a tensor that it would lengthen", async () => {
  const { network: clustered } = await createClusterStage({ bits: 4, epochs: 0, rate: 0.001 }).apply(
    network,
    DATA,
    CONTEXT,
  );

  const { network: coded, report } = await createHuffmanStage().apply(clustered, DATA, CONTEXT);

  expect(coded.tensors.map(({ values }) => values)).toEqual(clustered.tensors.map(({ values }) => values));
  expect(report.bytesAfter).toBeLessThan(report.bytesBefore);
  expect(report.bytesAfter).toBe(encodeNetwork(coded).length);
  expect(open(encodeNetwork(coded)).network.tensors).toEqual(coded.tensors);
  coded.tensors.forEach((tensor, at) => {
    const other = tensor.coding.kind === "indexed" ? "clustered" : "indexed";
    if (tensor.coding.kind !== "indexed" && tensor.coding.kind !== "clustered") return;
    const swapped = {
      ...coded,
      tensors: coded.tensors.with(at, { ...tensor, coding: { ...tensor.coding, kind: other } }),
    };
    expect(encodeNetwork(swapped).length).toBeGreaterThanOrEqual(encodeNetwork(coded).length);
  });
});

test("leaks no tensor", async () => {
  const stage = createClusterStage({ bits: 3, epochs: 1, rate: 0.001 });
  await stage.apply(network, DATA, CONTEXT);
  const before = tf.memory().numTensors;

  await stage.apply(network, DATA, CONTEXT);

  expect(tf.memory().numTensors).toBe(before);
});
