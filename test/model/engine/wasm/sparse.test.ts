/**
 * Convolutions by the weights that are not zero, against the reference and, to the bit, against the kernel that takes
 * the zeros too; and which convolutions run so.
 */
import type { Network } from "@radlite/model/format";
import { chooseBuild, type KernelBuild } from "@radlite/model/kernels";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createReferenceEngine } from "../../../../model/engine/reference/engine.ts";
import { createWasmEngine } from "../../../../model/engine/wasm/engine.ts";
import { planRun } from "../../../../model/engine/wasm/plan.ts";
import { createGraph, createNumbers, GREY_64, type GraphBuilder } from "../../networks.ts";
import { largestDifference } from "../differences.ts";

const BUILDS: KernelBuild[] = ["wasm-simd", chooseBuild()!];

interface Options {
  out: number;
  kernel?: [number, number];
  strides?: [number, number];
  pads?: [number, number, number, number];
  groups?: number;
  hasBias?: boolean;
  /** The part of the weights that is not zero. */
  share?: number;
}

function conv(graph: GraphBuilder, source: number, options: Options): number {
  const { out, kernel = [3, 3], strides = [1, 1], pads = [1, 1, 1, 1] } = options;
  const { groups = 1, hasBias = true, share = 0.1 } = options;
  const weights = graph.tensor([...kernel, graph.shapeOf(source)[2] / groups, out]);
  const { values } = graph.network.tensors[weights]!;
  const kept = createNumbers(out).floats(values.length, 1);
  for (const [i, number] of kept.entries()) if (Math.abs(number) > share) values[i] = 0;
  const bias = hasBias ? { bias: graph.tensor([out]) } : {};
  return graph.add({ op: "Conv", inputs: [source], kernel, strides, pads, groups, weights, ...bias });
}

const start = (height: number, width: number, seed: number) =>
  createGraph(createNumbers(seed), { ...GREY_64, height, width, channels: 3 }, ["a", "b"]);

function finish(graph: GraphBuilder, last: number): Network {
  graph.add({ op: "GlobalAveragePool", inputs: [last] });
  graph.add({ op: "Gemm", inputs: [graph.last], weights: graph.tensor([graph.shapeOf(last)[2], 2]) });
  return graph.network;
}

function namesOf(network: Network): string[] {
  const names: string[] = [];
  const kernels = new Proxy({} as never, { get: (_, name: string) => () => names.push(name) });
  for (const call of planRun(network).program.calls) call(kernels);
  return names;
}

const between = (min: number, max: number) => fc.integer({ min, max });
const pad = between(0, 3);
const cases = fc.record({
  height: between(16, 27),
  width: fc.oneof(between(12, 23), between(3, 5)),
  groups: fc.constantFrom(1, 1, 1, 2, 3),
  inputs: between(3, 13), // of a group
  outputs: between(3, 13),
  kernel: fc.tuple(between(1, 4), between(1, 3)),
  strides: fc.tuple(between(1, 3), between(1, 3)),
  pads: fc.tuple(pad, pad, pad, pad),
  hasBias: fc.boolean(),
  clamp: fc.constantFrom("Relu", "Clip", undefined),
  behind: fc.constantFrom("nothing", "sum", "Concat", "pads"),
  seed: fc.nat(),
});

test("any pixels, channels, groups, kernel, strides and pads; with a residual sum, a clamp, in a Concat", async () => {
  let sparse = 0;
  await fc.assert(
    fc.asyncProperty(
      cases,
      async ({ height, width, groups, inputs, outputs, clamp, behind, seed, ...node }) => {
        const graph = start(height, width, seed);
        const source = conv(graph, 0, { out: groups * inputs, share: 1 });
        const options = { ...node, groups, out: groups * outputs };
        let last = conv(graph, source, options);
        if (behind === "sum") last = graph.add({ op: "Add", inputs: [last, conv(graph, source, options)] });
        if (clamp) last = graph.add({ op: clamp, inputs: [last] });
        if (behind === "Concat")
          last = graph.add({ op: "Concat", inputs: [last, conv(graph, source, options)] });
        if (behind === "pads") last = conv(graph, last, { out: 5, pads: [2, 1, 2, 3] });
        const network = finish(graph, last);
        const image = createNumbers(seed + 1).floats(height * width * 3, 2);

        const expected = await createReferenceEngine(network).run(image);

        for (const build of BUILDS) {
          const { features, logits } = await createWasmEngine(network, { build }).run(image);
          expect(largestDifference(features, expected.features)).toBeLessThan(1e-4);
          expect(largestDifference(logits, expected.logits)).toBeLessThan(1e-4);
        }
        sparse += namesOf(network).filter((name) => name === "sparseConv").length;
      },
    ),
    { seed: 44, numRuns: 100 },
  );
  expect(sparse).toBeGreaterThan(50);
}, 60_000);

test("the sums are those of the kernel that takes the zeros too, to the bit", async () => {
  const [few, all] = [9, 30];
  const graph = start(21, 18, 7);
  const source = conv(graph, 0, { out: 10, share: 1 });
  const sparse = conv(graph, source, { out: few, strides: [2, 2], share: 0.2 });
  const dense = conv(graph, source, { out: all, strides: [2, 2], share: 1 });
  const weightsOf = (value: number, name: "weights" | "bias") => {
    const node = graph.network.nodes[value - 1] as { weights: number; bias: number };
    return graph.network.tensors[node[name]]!.values;
  };
  for (const name of ["weights", "bias"] as const)
    for (const [i, weight] of weightsOf(sparse, name).entries())
      weightsOf(dense, name)[Math.floor(i / few) * all + (i % few)] = weight;
  const network = finish(graph, graph.add({ op: "Concat", inputs: [sparse, dense] }));

  const image = createNumbers(8).floats(21 * 18 * 3, 2);
  const { features } = await createWasmEngine(network, { build: "wasm-simd" }).run(image);

  expect(namesOf(network).filter((name) => name === "sparseConv")).toHaveLength(1);
  for (let pixel = 0; pixel < features.length; pixel += few + all)
    expect(features.subarray(pixel, pixel + few)).toEqual(features.subarray(pixel + few, pixel + 2 * few));
});

test("only where two thirds of the weights are zero, pixels fill a vector's tile, and there are products enough", () => {
  const names = (side: number, options: Partial<Options>) => {
    const graph = start(side, side, 1);
    return namesOf(
      finish(graph, conv(graph, conv(graph, 0, { out: 12, share: 1 }), { out: 12, ...options })),
    );
  };

  expect(names(12, { share: 0.3 })).toContain("sparseConv");
  expect(names(12, { share: 0.4 })).not.toContain("sparseConv");
  expect(names(5, { share: 0.1 })).not.toContain("sparseConv"); // 25 pixels
  expect(names(12, { share: 0.1, kernel: [1, 1], pads: [0, 0, 0, 0] })).not.toContain("sparseConv"); // 20,736 products
  expect(names(12, { share: 0.1, groups: 12 })).not.toContain("sparseConv"); // depthwise
});
