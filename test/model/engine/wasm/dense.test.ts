/**
 * Convolutions of 1x1, which run as products of matrices where pixels follow each other without gaps, against the
 * reference; and the features, which are copied when they are asked for.
 */
import { RadliteError } from "@radlite/model/errors";
import type { NetworkNode, Pads } from "@radlite/model/format";
import { chooseBuild, type KernelBuild } from "@radlite/model/kernels";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createReferenceEngine } from "../../../../model/engine/reference/engine.ts";
import { createWasmEngine } from "../../../../model/engine/wasm/engine.ts";
import { planRun } from "../../../../model/engine/wasm/plan.ts";
import { createGraph, createNumbers, GREY_64, type GraphBuilder } from "../../networks.ts";
import { largestDifference } from "../differences.ts";

const BUILDS: KernelBuild[] = ["wasm-simd", chooseBuild()!];
const NO_PADS: Pads = [0, 0, 0, 0];

function conv(graph: GraphBuilder, source: number, out: number, { pads = NO_PADS, stride = 1 } = {}): number {
  const node: NetworkNode = {
    op: "Conv",
    inputs: [source],
    kernel: [1, 1],
    strides: [stride, stride],
    pads,
    groups: 1,
    weights: graph.tensor([1, 1, graph.shapeOf(source)[2], out]),
    bias: graph.tensor([out]),
  };
  return graph.add(node);
}

const start = (height: number, width: number, seed: number) =>
  createGraph(createNumbers(seed), { ...GREY_64, height, width }, ["a", "b"]);

function finish(graph: GraphBuilder, last: number) {
  graph.add({ op: "GlobalAveragePool", inputs: [last] });
  graph.add({ op: "Gemm", inputs: [graph.last], weights: graph.tensor([graph.shapeOf(last)[2], 2]) });
  return graph.network;
}

/** The kernels that a run calls. */
function namesOf(network: GraphBuilder["network"]): string[] {
  const names: string[] = [];
  const kernels = new Proxy({} as never, { get: (_, name: string) => () => names.push(name) });
  for (const call of planRun(network).program.calls) call(kernels);
  return names;
}

const side = fc.integer({ min: 2, max: 9 });
const channels = fc.integer({ min: 1, max: 35 });

test("any pixels and channels, with a clamp and a residual sum; in a slice of a Concat, or into a border", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        height: side,
        width: side,
        inputs: channels,
        out: channels,
        seed: fc.nat(),
        clamp: fc.constantFrom("Relu", "Clip", undefined),
        behind: fc.constantFrom("nothing", "sum", "Concat", "pads", "rows below", "strides"),
      }),
      async ({ height, width, inputs, out, seed, clamp, behind }) => {
        const graph = start(height, width, seed);
        const source = conv(graph, 0, inputs);
        let last = conv(graph, source, out);
        if (behind === "sum") last = graph.add({ op: "Add", inputs: [last, conv(graph, 0, out)] });
        if (clamp) last = graph.add({ op: clamp, inputs: [last] });
        if (behind === "Concat") last = graph.add({ op: "Concat", inputs: [last, conv(graph, source, 3)] });
        if (behind === "pads") last = conv(graph, last, 5, { pads: [1, 0, 2, 1] });
        if (behind === "rows below") last = conv(graph, last, 5, { pads: [0, 0, 2, 0] });
        if (behind === "strides") last = conv(graph, last, 5, { stride: 2 });
        const network = finish(graph, last);
        const image = createNumbers(seed + 1).floats(height * width, 2);

        const expected = await createReferenceEngine(network).run(image);

        for (const build of BUILDS) {
          const { features, logits } = await createWasmEngine(network, { build }).run(image);
          expect(largestDifference(features, expected.features)).toBeLessThan(1e-4);
          expect(largestDifference(logits, expected.logits)).toBeLessThan(1e-4);
        }
      },
    ),
    { seed: 42, numRuns: 80 },
  );
}, 60_000);

test("only where there are four pixels without gaps, and neither stride nor pads", () => {
  const names = (height: number, width: number, options = {}) => {
    const graph = start(height, width, 1);
    return namesOf(finish(graph, conv(graph, conv(graph, 0, 6), 7, options)));
  };

  expect(names(2, 2)).toEqual(["dense", "dense", "pool", "conv"]); // the Gemm is a single pixel
  expect(names(3, 1)).toEqual(["conv", "conv", "pool", "conv"]);
  expect(names(4, 4, { stride: 2 })).toEqual(["dense", "conv", "pool", "conv"]);
  expect(names(4, 4, { pads: [1, 1, 1, 1] }).filter((name) => name === "dense")).toEqual([]); // gaps: the border
  const below = names(4, 4, { pads: [0, 0, 2, 0] }); // no gaps, but more rows
  expect(below.filter((name) => name === "dense" || name === "conv")).toEqual(["dense", "conv", "conv"]);
});

test("features are the run's own, and are asked for before the next run or not at all", async () => {
  const graph = start(5, 4, 1);
  const engine = createWasmEngine(finish(graph, conv(graph, 0, 3)));
  const image = createNumbers(2).floats(20, 1);

  const [first, second] = [await engine.run(image), await engine.run(image)];

  expect(() => first.features).toThrow(RadliteError);
  const kept = second.features;
  const copy = [...kept];
  await engine.run(new Float32Array(20));
  expect(second.features).toBe(kept);
  expect([...kept]).toEqual(copy);
  expect([...first.logits]).toEqual([...second.logits]);
});
