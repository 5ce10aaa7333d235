/** Which engine runs a network, by default and by name. */
import { type EngineKind, loadEngine } from "@radlite/model/engine";
import { countMacs, countWorkNs, inferShapes, type Network } from "@radlite/model/format";
import { expect, test } from "vitest";
import { createGraph, createNumbers, GREY_64, residualNetwork } from "../networks.ts";
import { largestDifference } from "./differences.ts";

/** One 3x3 convolution of 224x224 pixels, and a GlobalAveragePool of what it gives. */
function wideNetwork(channels: number): Network {
  const graph = createGraph(createNumbers(1), { ...GREY_64, height: 224, width: 224 }, ["a", "b"]);
  const window = { kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] } as const;
  for (const out of [channels, channels]) {
    const weights = graph.tensor([3, 3, graph.shapeOf(graph.last)[2], out]);
    graph.add({ op: "Conv", inputs: [graph.last], ...structuredClone(window), groups: 1, weights } as never);
  }
  graph.add({ op: "GlobalAveragePool", inputs: [graph.last] });
  graph.add({ op: "Gemm", inputs: [graph.last], weights: graph.tensor([channels, 1]) });
  return graph.network;
}

test("small networks run on the kernels, fused from a millisecond of work on, large ones in onnxruntime-node", async () => {
  const [tiny, small, large] = [wideNetwork(1), wideNetwork(8), wideNetwork(36)];
  expect(countMacs(small).total).toBeLessThan(5e8);
  expect(countMacs(large).total).toBeGreaterThan(5e8);

  const workOf = (network: Network): number => countWorkNs(network.nodes, inferShapes(network));
  expect(workOf(tiny)).toBeLessThan(1e6);
  expect(workOf(small)).toBeGreaterThan(1e6);

  expect((await loadEngine(tiny)).name).toBe("wasm-simd");
  expect((await loadEngine(small)).name).toBe("wasm-relaxed-simd");
  expect((await loadEngine(large)).name).toBe("onnxruntime-node");
});

test("by name, every engine gives the same logits and features", async () => {
  const network = residualNetwork(7);
  const image = createNumbers(8).floats(64 * 64, 2);
  const expected = await (await loadEngine(network, { engine: "reference" })).run(image);
  for (const [engine, name] of [
    ["wasm", "wasm-relaxed-simd"],
    ["onnxruntime", "onnxruntime-node"],
  ] as const) {
    const loaded = await loadEngine(network, { engine });
    const { logits, features } = await loaded.run(image);

    expect(loaded.name).toBe(name);
    expect(largestDifference(logits, expected.logits)).toBeLessThan(1e-5);
    expect(largestDifference(features, expected.features)).toBeLessThan(1e-5);
  }
});

test("onnxruntime-node gives features that are the image itself, and refuses a tensor of another length", async () => {
  const graph = createGraph(createNumbers(2), { ...GREY_64, height: 2, width: 3, channels: 3 }, ["a", "b"]);
  graph.add({ op: "GlobalAveragePool", inputs: [0] });
  graph.add({ op: "Gemm", inputs: [1], weights: graph.tensor([3, 2]) });
  const image = createNumbers(3).floats(18, 1);
  const engine = await loadEngine(graph.network, { engine: "onnxruntime" });

  expect((await engine.run(image)).features).toEqual(image);
  await expect(async () => engine.run(new Float32Array(17))).rejects.toThrow(
    "17 values, expected 18 for 2x3x3",
  );
});

test("an engine of another name is a BAD_INPUT that lists the known ones", async () => {
  await expect(loadEngine(residualNetwork(1), { engine: "tensorflow" as EngineKind })).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringContaining("wasm, onnxruntime, reference"),
  });
});
