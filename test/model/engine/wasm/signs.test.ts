/**
 * Layers of signs on bits against the same in floats: numbers are equal, not near, on odd shapes, whoever reads a
 * Sign, and whatever lay in the memory before.
 */
import type { Network, NetworkNode } from "@radlite/model/format";
import { chooseBuild, type KernelBuild } from "@radlite/model/kernels";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createReferenceEngine } from "../../../../model/engine/reference/engine.ts";
import { createWasmEngine } from "../../../../model/engine/wasm/engine.ts";
import { createGraph, createNumbers, GREY_64, type GraphBuilder } from "../../networks.ts";

const BUILDS: KernelBuild[] = ["wasm-simd", chooseBuild()!];

interface Case {
  height: number;
  width: number;
  middle: number; // channels between two layers
  outputs: number;
  kernel: [number, number];
  strides: [number, number];
  pads: [number, number, number, number];
  seed: number;
}

const side = (max: number) => fc.integer({ min: 1, max });
const pad = fc.integer({ min: 0, max: 3 });
const cases: fc.Arbitrary<Case> = fc
  .record({
    height: side(9),
    width: side(9),
    middle: fc.oneof(side(40), fc.constantFrom(32, 33, 64, 65, 96)),
    outputs: side(40),
    kernel: fc.tuple(side(3), side(3)),
    strides: fc.tuple(side(3), side(3)),
    pads: fc.tuple(pad, pad, pad, pad),
    seed: fc.nat(),
  })
  .filter(
    ({ height, width, kernel, pads }) =>
      height + pads[0] + pads[2] >= kernel[0] && width + pads[1] + pads[3] >= kernel[1],
  );

function start({ height, width, seed }: Case): GraphBuilder {
  return createGraph(createNumbers(seed), { ...GREY_64, height, width, channels: 3 }, ["a", "b"]);
}

/** With a slope of each sign, one of zero, and thresholds that the values meet. */
function addSign(graph: GraphBuilder, source: number): number {
  const channels = graph.shapeOf(source)[2];
  const weights = graph.tensor([channels]);
  graph.network.tensors[weights]!.values[0] = 0;
  return graph.add({ op: "Sign", inputs: [source], weights, bias: graph.tensor([channels]) });
}

function addBinaryConv(
  graph: GraphBuilder,
  source: number,
  outputs: number,
  window: Pick<Case, "kernel" | "strides" | "pads"> = { kernel: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0] },
): number {
  const { kernel, strides, pads } = window;
  const weights = graph.tensor([...kernel, graph.shapeOf(source)[2], outputs], "binary");
  return graph.add({ op: "BinaryConv", inputs: [source], kernel, strides, pads, weights });
}

/** The value itself is the features, compared in full. */
function finish(graph: GraphBuilder, value: number): Network {
  const pooled = graph.add({ op: "GlobalAveragePool", inputs: [value] });
  graph.add({ op: "Gemm", inputs: [pooled], weights: graph.tensor([graph.shapeOf(pooled)[2], 2]) });
  return graph.network;
}

async function expectEqual(network: Network, seed: number): Promise<void> {
  const { height, width } = network.input;
  const reference = createReferenceEngine(network);
  const engines = BUILDS.map((build) => createWasmEngine(network, { build }));
  for (let run = 0; run < 2; run++) {
    const image = createNumbers(seed + run).floats(height * width * 3, 2);
    const { features } = await reference.run(image);
    for (const engine of engines) {
      const actual = (await engine.run(image)).features;
      const wrong = features.findIndex((value, i) => value !== actual[i]);
      expect([wrong, actual[wrong]]).toEqual([-1, undefined]);
    }
  }
}

const BODIES: Record<string, (graph: GraphBuilder, one: Case) => number> = {
  "sums of a layer behind a layer, its signs never floats": (graph, one) => {
    const first = addBinaryConv(graph, addSign(graph, 0), one.middle);
    return addBinaryConv(graph, addSign(graph, first), one.outputs, one);
  },
  "the signs themselves, of sums": (graph, one) =>
    addSign(graph, addBinaryConv(graph, addSign(graph, 0), one.middle, one)),
  "signs that a convolution and a sum read": (graph, one) => {
    const first = addBinaryConv(graph, addSign(graph, 0), one.middle);
    const signs = addSign(graph, first);
    const sums = addBinaryConv(graph, signs, one.outputs, one);
    const more = addBinaryConv(graph, addSign(graph, sums), one.middle);
    const pooled = graph.add({ op: "GlobalAveragePool", inputs: [more] });
    const steps = graph.add({ op: "Sign", inputs: [pooled], weights: graph.tensor([one.middle]) });
    return graph.add({ op: "Add", inputs: [signs, steps] });
  },
  "two layers that read the same signs with other borders": (graph, one) => {
    const signs = addSign(graph, addBinaryConv(graph, addSign(graph, 0), one.middle));
    const wide = addBinaryConv(graph, signs, one.outputs, {
      kernel: [5, 3],
      strides: [1, 1],
      pads: [2, 1, 2, 1],
    });
    return graph.add({ op: "Concat", inputs: [addBinaryConv(graph, signs, one.outputs), wide] });
  },
  "signs packed where floats lay before": (graph, one) => {
    const large = graph.add({
      op: "Conv",
      inputs: [0],
      kernel: [1, 1],
      strides: [1, 1],
      pads: [0, 0, 0, 0],
      groups: 1,
      weights: graph.tensor([1, 1, 3, 2 * one.middle]),
    });
    const pooled = graph.add({ op: "GlobalAveragePool", inputs: [large] });
    const some = graph.add({ op: "Sign", inputs: [pooled], weights: graph.tensor([2 * one.middle]) });
    const first = addBinaryConv(graph, addSign(graph, 0), one.middle);
    const last = addBinaryConv(graph, addSign(graph, first), 2 * one.middle, one);
    return graph.add({ op: "Mul", inputs: [last, some] });
  },
};

test.each(Object.entries(BODIES))(
  "%s",
  async (_, body) => {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const graph = start(one);
        await expectEqual(finish(graph, body(graph, one)), one.seed);
      }),
      { seed: 80, numRuns: 60 },
    );
  },
  60_000,
);

test("scaled, shifted and added to in the same pass: as near as floats are", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      const graph = start({ ...one });
      const source = addBinaryConv(graph, addSign(graph, 0), one.middle);
      const sums = addBinaryConv(graph, addSign(graph, source), one.middle);
      const scaled = graph.add({
        op: "DepthwiseConv",
        inputs: [sums],
        kernel: [1, 1],
        strides: [1, 1],
        pads: [0, 0, 0, 0],
        weights: graph.tensor([1, 1, one.middle, 1]),
        bias: graph.tensor([one.middle]),
      } as NetworkNode);
      const sum = graph.add({ op: "Add", inputs: [source, scaled] });
      const network = finish(graph, graph.add({ op: "Relu", inputs: [sum] }));
      const image = createNumbers(one.seed).floats(one.height * one.width * 3, 2);

      const expected = (await createReferenceEngine(network).run(image)).features;

      for (const build of BUILDS) {
        const actual = (await createWasmEngine(network, { build }).run(image)).features;
        for (let i = 0; i < expected.length; i++)
          expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(
            1e-6 * Math.max(1, Math.abs(expected[i]!)),
          );
      }
    }),
    { seed: 81, numRuns: 30 },
  );
}, 60_000);
