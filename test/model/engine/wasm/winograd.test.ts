/**
 * Convolutions by Winograd's filtering against the reference: odd sides, channels that fill no vector, pads of every
 * width, what a convolution takes along, and neighbours in memory that must stay as they are.
 */
import { inferShapes, type NetworkNode, type Pads, type ValueShape } from "@radlite/model/format";
import { chooseBuild, type KernelBuild } from "@radlite/model/kernels";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createReferenceEngine } from "../../../../model/engine/reference/engine.ts";
import { createWasmEngine } from "../../../../model/engine/wasm/engine.ts";
import { usesWinograd } from "../../../../model/engine/wasm/winograd.ts";
import { createGraph, createNumbers, GREY_64, type GraphBuilder } from "../../networks.ts";
import { largestDifference } from "../differences.ts";

const BUILDS: KernelBuild[] = ["wasm-simd", chooseBuild()!];

interface Options {
  side: number;
  out: number;
  pads?: Pads;
  hasBias?: boolean;
}

function conv(graph: GraphBuilder, source: number, { side, out, pads, hasBias = true }: Options): number {
  const half = side >> 1;
  const node: NetworkNode = {
    op: "Conv",
    inputs: [source],
    kernel: [side, side],
    strides: [1, 1],
    groups: 1,
    pads: pads ?? [half, half, half, half],
    weights: graph.tensor([side, side, graph.shapeOf(source)[2], out]),
    ...(hasBias ? { bias: graph.tensor([out]) } : {}),
  };
  return graph.add(node);
}

const start = (height: number, width: number, seed: number) =>
  createGraph(createNumbers(seed), { ...GREY_64, height, width, channels: 3 }, ["a", "b"]);

/** The features, `last`, of the reference and of every build. */
async function runAll(graph: GraphBuilder, last: number, seed: number): Promise<Float32Array[]> {
  const channels = graph.shapeOf(last)[2];
  graph.add({ op: "GlobalAveragePool", inputs: [last] });
  graph.add({ op: "Gemm", inputs: [graph.last], weights: graph.tensor([channels, 2]) });
  const { height, width } = graph.network.input;
  const image = createNumbers(seed + 1).floats(height * width * 3, 2);
  const engines = [
    createReferenceEngine(graph.network),
    ...BUILDS.map((build) => createWasmEngine(graph.network, { build })),
  ];
  const outputs = await Promise.all(engines.map((engine) => engine.run(image)));
  return outputs.map(({ features }) => features);
}

const between = (min: number, max: number) => fc.integer({ min, max });
const pad = between(0, 3);
/** Few pixels of many channels, or many of few: products enough for Winograd's filtering either way. */
const sizes = fc.oneof(
  fc.record({
    height: between(3, 9),
    width: between(9, 14),
    channels: between(64, 90),
    out: between(130, 140),
  }),
  fc.record({
    height: between(34, 41),
    width: between(34, 41),
    channels: between(16, 27),
    out: between(16, 27),
  }),
);
const cases = fc.record({
  size: sizes,
  pads: fc.tuple(pad, pad, pad, pad),
  hasBias: fc.boolean(),
  clamp: fc.constantFrom("Relu", "Clip", undefined),
  isJoined: fc.boolean(),
  seed: fc.nat(),
});

test("any sides, channels, pads, clamp and residual sum; alone or in a slice of a Concat", async () => {
  let filtered = 0;
  await fc.assert(
    fc.asyncProperty(cases, async ({ size, pads, hasBias, clamp, isJoined, seed }) => {
      const { height, width, channels, out } = size;
      const graph = start(height, width, seed);
      const source = conv(graph, 0, { side: 1, out: channels });
      let last = conv(graph, source, { side: 3, out, pads, hasBias });
      const [outHeight, outWidth] = graph.shapeOf(last);
      if (outHeight === height && outWidth === width)
        last = graph.add({ op: "Add", inputs: [last, conv(graph, 0, { side: 1, out })] });
      if (clamp) last = graph.add({ op: clamp, inputs: [last] });
      if (isJoined)
        last = graph.add({ op: "Concat", inputs: [last, conv(graph, source, { side: 3, out, pads })] });

      const [expected, ...actual] = await runAll(graph, last, seed);

      for (const features of actual) expect(largestDifference(features, expected!)).toBeLessThan(1e-4);
      const { nodes } = graph.network;
      const shapes = inferShapes(graph.network);
      filtered += nodes.filter((node, i) =>
        usesWinograd(node, shapes[node.inputs[0]!]!, shapes[i + 1]!),
      ).length;
    }),
    { seed: 41, numRuns: 40 },
  );
  expect(filtered).toBeGreaterThan(40);
}, 60_000);

test("256 channels, in several blocks of tiles, two in a row: still 1e-4 of the largest number", async () => {
  const graph = start(21, 17, 3);
  const first = conv(graph, conv(graph, 0, { side: 1, out: 256 }), { side: 3, out: 256 });

  const [expected, ...actual] = await runAll(graph, conv(graph, first, { side: 3, out: 40 }), 3);

  const largest = expected!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (const features of actual)
    expect(largestDifference(features, expected!) / Math.max(1, largest)).toBeLessThan(1e-4);
}, 60_000);

test("only convolutions of 3x3, stride 1 and one group, with channels and products enough", () => {
  const node = (change: object): NetworkNode => ({
    op: "Conv",
    inputs: [0],
    kernel: [3, 3],
    strides: [1, 1],
    pads: [1, 1, 1, 1],
    groups: 1,
    weights: 0,
    ...change,
  });
  const shape = (pixels: number, channels: number): ValueShape => [pixels, pixels, channels];
  const isUsed = (change: object, input = shape(31, 16), output = shape(31, 16)) =>
    usesWinograd(node(change), input, output);

  expect(isUsed({})).toBe(true); // 9 · 16 · 16 · 31 · 31 = 2.2 million
  expect(isUsed({}, shape(30, 16), shape(30, 16))).toBe(false);
  expect(isUsed({}, shape(62, 15), shape(62, 16))).toBe(false);
  expect(isUsed({}, shape(62, 16), shape(62, 15))).toBe(false);
  expect(isUsed({}, shape(2, 256), shape(2, 256))).toBe(true);
  expect(isUsed({ kernel: [3, 1] })).toBe(false);
  expect(isUsed({ strides: [1, 2] })).toBe(false);
  expect(isUsed({ groups: 2 })).toBe(false);
  expect(isUsed({ op: "DepthwiseConv" })).toBe(false);
});
