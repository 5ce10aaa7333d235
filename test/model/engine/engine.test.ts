import { loadEngine } from "@radlite/model/engine";
import { inferShapes, type Network, type NetworkNode } from "@radlite/model/format";
import { expect, test } from "vitest";
import { allocateValues } from "../../../model/engine/reference/memory.ts";
import { createNumbers, GREY_64, randomNetwork, residualNetwork } from "../networks.ts";

test("features are what the last GlobalAveragePool reads: their means, weighted, are the logit", async () => {
  const network = residualNetwork(5);
  const engine = await loadEngine(network);

  const { logits, features } = await engine.run(createNumbers(6).floats(64 * 64, 2));

  const gemm = network.nodes.at(-1) as Extract<NetworkNode, { op: "Gemm" }>;
  const weights = network.tensors[gemm.weights]!.values;
  const bias = gemm.bias === undefined ? 0 : network.tensors[gemm.bias]!.values[0]!;
  const logit = features.reduce((sum, feature, i) => sum + (feature * weights[i % 48]!) / 256, bias);
  expect(features.length).toBe(16 * 16 * 48);
  expect(logits[0]).toBeCloseTo(logit, 4);
});

test("a network without GlobalAveragePool has no features", async () => {
  const network: Network = {
    input: { ...GREY_64, height: 1, width: 2 },
    nodes: [
      { op: "Relu", inputs: [0] },
      { op: "Gemm", inputs: [1], weights: 0 },
    ],
    tensors: [{ shape: [2, 1], values: Float32Array.of(1, 2), coding: { kind: "f32" } }],
    labels: ["NORMAL", "PNEUMONIA"],
  };

  expect(await (await loadEngine(network)).run(Float32Array.of(3, -1))).toEqual({
    logits: Float32Array.of(3),
    features: new Float32Array(0),
  });
});

test("runs do not leave traces: the same image gives the same output after any other", async () => {
  for (let seed = 0; seed < 60; seed++) {
    const network = randomNetwork(seed);
    const { height, width, channels } = network.input;
    const images = [1, 2].map((n) => createNumbers(n).floats(height * width * channels, 3));
    const engine = await loadEngine(network);

    const first = await engine.run(images[0]!);
    const kept = structuredClone(first);
    await engine.run(images[1]!);

    expect(first).toEqual(kept);
    expect(await engine.run(images[0]!)).toEqual(kept);
    expect(await (await loadEngine(network)).run(images[0]!)).toEqual(kept);
  }
});

test("a tensor of another length, or a graph that does not fit together, is a BAD_INPUT", async () => {
  const network = residualNetwork(1);
  const engine = await loadEngine(network);

  expect(() => engine.run(new Float32Array(63 * 64))).toThrow(
    "input tensor has 4032 values, expected 4096 for 64x64x1",
  );
  await expect(loadEngine({ ...network, labels: [] })).rejects.toMatchObject({ code: "BAD_INPUT" });
});

test("memory is shared by values that are not needed at once, and never by a node's input and output", () => {
  for (let seed = 0; seed < 100; seed++) {
    const { nodes, ...rest } = randomNetwork(seed, 20);
    const shapes = inferShapes({ nodes, ...rest });
    const values = allocateValues(nodes, shapes, [nodes.length]);

    const owner = new Map<ArrayBufferLike, number>([[values[0]!.data.buffer, 0]]);
    nodes.forEach((node, index) => {
      for (const input of node.inputs) expect(owner.get(values[input]!.data.buffer)).toBe(input);
      owner.set(values[index + 1]!.data.buffer, index + 1);
      expect(node.inputs.map((input) => values[input]!.data.buffer)).not.toContain(
        values[index + 1]!.data.buffer,
      );
    });
  }
  const network = residualNetwork(1);
  const buffers = new Set(
    allocateValues(network.nodes, inferShapes(network), [network.nodes.length]).map(
      (value) => value.data.buffer,
    ),
  );
  expect(buffers.size).toBeLessThanOrEqual(4);
});

test("a network that would take more than 256 MiB to run is refused before it is allocated", async () => {
  const network: Network = {
    input: { ...GREY_64, height: 4096, width: 4096 },
    nodes: [
      { op: "Concat", inputs: [0, 0, 0, 0] },
      { op: "GlobalAveragePool", inputs: [1] },
    ],
    tensors: [],
    labels: ["a", "b", "c", "d"],
  };

  await expect(loadEngine(network, { engine: "reference" })).rejects.toMatchObject({
    code: "BAD_ARTIFACT",
    message: expect.stringContaining("335544320 bytes of memory"),
  });
});
