/**
 * Every operator of the WASM engine against the reference on random odd shapes, in the plain build and this runtime's: channels, pixels
 * and windows that fill no vector and no tile, groups, strides, pads. All output values are compared.
 */
import {
  type InputRecipe,
  inferShapes,
  type NetworkNode,
  OPERATORS,
  type Operator,
} from "@radlite/model/format";
import { chooseBuild, type KernelBuild } from "@radlite/model/kernels";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createReferenceEngine } from "../../../../model/engine/reference/engine.ts";
import { createWasmEngine } from "../../../../model/engine/wasm/engine.ts";
import { createGraph, createNumbers, GREY_64, type GraphBuilder } from "../../networks.ts";
import { largestDifference } from "../differences.ts";

const TOLERANCE = 1e-4;
const BUILDS: KernelBuild[] = ["wasm-simd", chooseBuild()!];

interface Case {
  height: number;
  width: number;
  groups: number;
  groupIn: number;
  groupOut: number;
  kernel: [number, number];
  strides: [number, number];
  pads: [number, number, number, number];
  hasBias: boolean;
  isSpread: boolean; // the second operand is a single pixel
  seed: number;
}

const side = (max: number) => fc.integer({ min: 1, max });
const pad = fc.integer({ min: 0, max: 3 });
const cases: fc.Arbitrary<Case> = fc
  .record({
    height: side(17),
    width: side(17),
    groups: fc.constantFrom(1, 1, 1, 2, 3, 5),
    groupIn: side(11),
    groupOut: side(21),
    kernel: fc.tuple(side(5), side(5)),
    strides: fc.tuple(side(3), side(3)),
    pads: fc.tuple(pad, pad, pad, pad),
    hasBias: fc.boolean(),
    isSpread: fc.boolean(),
    seed: fc.nat(),
  })
  .filter(
    ({ height, width, kernel, pads }) =>
      height + pads[0] + pads[2] >= kernel[0] && width + pads[1] + pads[3] >= kernel[1],
  );

/** A 1x1 convolution that makes `channels` out of the image, then the operator, whose output is the features. */
function networkWith(op: Operator, one: Case) {
  const { height, width, groups, groupIn, seed } = one;
  const input: InputRecipe = { ...GREY_64, height, width, channels: 3 };
  const graph = createGraph(createNumbers(seed), input, ["a", "b"]);
  const channels = op === "Conv" ? groups * groupIn : groupIn;
  const first = appendPointwiseConv(graph, 0, channels);
  graph.add(nodeOf(op, one, graph, first));
  const [, , out] = graph.shapeOf(graph.last);
  graph.add({ op: "GlobalAveragePool", inputs: [graph.last] });
  graph.add({ op: "Gemm", inputs: [graph.last], weights: graph.tensor([out, 2]) });
  return graph.network;
}

function nodeOf(op: Operator, one: Case, graph: GraphBuilder, first: number): NetworkNode {
  const { groups, groupIn, groupOut, kernel, strides, pads, hasBias, isSpread, seed } = one;
  const [height, width, channels] = graph.shapeOf(first);
  const biasOf = (out: number) => (hasBias ? { bias: graph.tensor([out]) } : {});
  const window = { kernel, strides, pads };
  switch (op) {
    case "Conv": {
      const out = groups * groupOut;
      const weights = graph.tensor([...kernel, groupIn, out]);
      return { op, inputs: [first], ...window, groups, weights, ...biasOf(out) };
    }
    case "DepthwiseConv":
      return {
        op,
        inputs: [first],
        ...window,
        weights: graph.tensor([...kernel, channels, 1]),
        ...biasOf(channels),
      };
    case "Sign":
      return { op, inputs: [first], weights: graph.tensor([channels]), ...biasOf(channels) };
    case "BinaryConv": {
      const signs = graph.add({ op: "Sign", inputs: [first], weights: graph.tensor([channels]) });
      return {
        op,
        inputs: [signs],
        ...window,
        weights: graph.tensor([...kernel, channels, groupOut], "binary"),
      };
    }
    case "Gemm":
      return {
        op,
        inputs: [first],
        weights: graph.tensor([height * width * channels, groupOut]),
        ...biasOf(groupOut),
      };
    case "MaxPool":
    case "AveragePool":
      return {
        op,
        inputs: [first],
        kernel,
        strides,
        pads: pads.map((side, i) => Math.min(side, kernel[i % 2]! - 1)) as Case["pads"],
      };
    case "Pad": {
      const takes = (count: number, at: number) =>
        (seed >> at) % 2 === 1 && 2 * count < (at % 2 === 0 ? height : width);
      const signed = pads.map((count, at) => (takes(count, at) ? 0 - count : count)) as Case["pads"];
      return { op, inputs: [first], pads: signed };
    }
    case "Add":
    case "Mul": {
      const source = isSpread ? graph.add({ op: "GlobalAveragePool", inputs: [first] }) : 0;
      const second = appendPointwiseConv(graph, source, channels);
      return { op, inputs: hasBias ? [first, second] : [second, first] };
    }
    case "Concat":
      return { op, inputs: [first, appendPointwiseConv(graph, 0, groupOut), first] };
    default:
      return { op, inputs: [first] };
  }
}

function appendPointwiseConv(graph: GraphBuilder, source: number, out: number): number {
  const weights = graph.tensor([1, 1, graph.shapeOf(source)[2], out]);
  return graph.add({
    op: "Conv",
    inputs: [source],
    kernel: [1, 1],
    strides: [1, 1],
    pads: [0, 0, 0, 0],
    groups: 1,
    weights,
  });
}

test.each(OPERATORS)(
  "%s gives the reference's numbers on odd shapes",
  async (op) => {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const network = networkWith(op, one);
        const image = createNumbers(one.seed + 1).floats(one.height * one.width * 3, 2);

        const expected = await createReferenceEngine(network).run(image);

        for (const build of BUILDS) {
          const actual = await createWasmEngine(network, { build }).run(image);
          expect(largestDifference(actual.features, expected.features)).toBeLessThan(TOLERANCE);
        }
      }),
      { seed: 40, numRuns: 60 },
    );
  },
  30_000,
);

test("sigmoid and swish hold to 1e-6 over the whole range of floats", async () => {
  const input: InputRecipe = { ...GREY_64, height: 1, width: 4001 };
  const image = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 16); // -125 to 125
  for (const op of ["Sigmoid", "Swish"] as const) {
    const graph = createGraph(createNumbers(1), input, ["a", "b"]);
    graph.add({ op, inputs: [0] });
    graph.add({ op: "GlobalAveragePool", inputs: [1] });
    graph.add({ op: "Gemm", inputs: [2], weights: graph.tensor([1, 2]) });
    expect(inferShapes(graph.network)[1]).toEqual([1, 4001, 1]);

    const { features } = await createWasmEngine(graph.network).run(image);

    const exact = image.map((x) => (op === "Swish" ? x : 1) / (1 + Math.exp(-x)));
    for (let i = 0; i < exact.length; i++) {
      const error = Math.abs(features[i]! - exact[i]!);
      if (!(error < 1e-6 * Math.max(1, Math.abs(exact[i]!))))
        expect([op, image[i], features[i]]).toBe(exact[i]);
    }
  }
});
