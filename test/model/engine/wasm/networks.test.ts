/** Whole graphs on the WASM engine against the reference: random ones, and shapes in which values lie inside others. */
import { type Network, type NetworkNode, OPERATORS } from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createReferenceEngine } from "../../../../model/engine/reference/engine.ts";
import { createWasmEngine } from "../../../../model/engine/wasm/engine.ts";
import { ALL_CODINGS } from "../../coded-tensors.ts";
import {
  createGraph,
  createNumbers,
  GREY_64,
  type GraphBuilder,
  randomNetwork,
  residualNetwork,
} from "../../networks.ts";
import { largestDifference } from "../differences.ts";

/** Largest difference of logits and features over three runs, relative to the largest value where over 1. */
async function difference(network: Network, seed: number): Promise<number> {
  const { height, width, channels } = network.input;
  const [fast, exact] = [createWasmEngine(network), createReferenceEngine(network)];
  let largest = 0;
  for (let run = 0; run < 3; run++) {
    const image = createNumbers(seed + run).floats(height * width * channels, 2);
    const [ours, theirs] = [await fast.run(image), await exact.run(image)];
    for (const part of ["logits", "features"] as const)
      largest = Math.max(largest, largestDifference(ours[part], theirs[part]));
  }
  return largest;
}

test("random networks give the reference's logits and features, run after run", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1e9 }), async (seed) => {
      expect(await difference(randomNetwork(seed, 24), seed)).toBeLessThan(1e-4);
      expect(await difference(randomNetwork(seed, 24, ALL_CODINGS, OPERATORS), seed)).toBeLessThan(1e-4);
    }),
    { seed: 50, numRuns: 150 },
  );
}, 30_000);

const conv = (
  graph: GraphBuilder,
  source: number,
  out: number,
  side: number,
  pads: [number, number, number, number] = [side >> 1, side >> 1, side >> 1, side >> 1],
): number =>
  graph.add({
    op: "Conv",
    inputs: [source],
    kernel: [side, side],
    strides: [1, 1],
    pads,
    groups: 1,
    weights: graph.tensor([side, side, graph.shapeOf(source)[2], out]),
    bias: graph.tensor([out]),
  });

const one = (graph: GraphBuilder, op: "Relu" | "Clip" | "Sigmoid" | "Swish" | "Softmax", source: number) =>
  graph.add({ op, inputs: [source] });

/** Builds a body on a 3-channel image and ends it in pooling and a Gemm. */
function networkOf(body: (graph: GraphBuilder) => number): Network {
  const graph = createGraph(createNumbers(9), { ...GREY_64, height: 13, width: 11, channels: 3 }, ["a", "b"]);
  const last = body(graph);
  graph.add({ op: "GlobalAveragePool", inputs: [last] });
  const pooled = graph.last;
  graph.add({ op: "Gemm", inputs: [pooled], weights: graph.tensor([graph.shapeOf(pooled)[2], 2]) });
  return graph.network;
}

const BODIES: Record<string, (graph: GraphBuilder) => number> = {
  "dense connections: each layer reads slices of what grows": (graph) => {
    let grown = conv(graph, 0, 5, 3);
    for (let layer = 0; layer < 3; layer++) {
      const added = one(graph, "Relu", conv(graph, grown, 4, 3));
      grown = graph.add({ op: "Concat", inputs: [grown, added] });
    }
    return conv(graph, grown, 8, 1);
  },
  "squeeze and excite: a single pixel scales all": (graph) => {
    const wide = one(graph, "Swish", conv(graph, 0, 9, 3));
    const pooled = graph.add({ op: "GlobalAveragePool", inputs: [wide] });
    const gate = one(graph, "Sigmoid", conv(graph, one(graph, "Relu", conv(graph, pooled, 3, 1)), 9, 1));
    return graph.add({ op: "Mul", inputs: [gate, wide] });
  },
  "a Pad inside a Concat, its input read again beyond its own edge": (graph) => {
    const small = conv(graph, 0, 3, 3, [0, 0, 0, 0]);
    const padded = graph.add({ op: "Pad", inputs: [small], pads: [1, 1, 1, 1] });
    const beside = conv(graph, 0, 4, 3);
    const joined = graph.add({ op: "Concat", inputs: [beside, padded] });
    const again = graph.add({ op: "Pad", inputs: [conv(graph, small, 7, 5)], pads: [1, 1, 1, 1] });
    return graph.add({ op: "Add", inputs: [conv(graph, joined, 7, 3), again] });
  },
  "zeros of a Pad that an activation turns into halves": (graph) => {
    const padded = graph.add({ op: "Pad", inputs: [conv(graph, 0, 4, 1)], pads: [2, 0, 1, 3] });
    return conv(graph, one(graph, "Sigmoid", padded), 4, 3);
  },
  "a value added to itself, and one read both before and after an activation": (graph) => {
    const first = conv(graph, 0, 6, 3);
    const twice = graph.add({ op: "Add", inputs: [first, first] });
    const active = one(graph, "Relu", twice);
    return graph.add({ op: "Concat", inputs: [active, twice, active, first] });
  },
  "a residual sum whose both sides are convolutions, clipped": (graph) => {
    const main = conv(graph, one(graph, "Relu", conv(graph, 0, 6, 3)), 10, 3);
    return one(graph, "Clip", graph.add({ op: "Add", inputs: [main, conv(graph, 0, 10, 1)] }));
  },
  "the image itself joined, padded and activated": (graph) => {
    const active = one(graph, "Softmax", 0);
    const joined = graph.add({ op: "Concat", inputs: [0, active] });
    return conv(graph, joined, 5, 3);
  },
  "pooling over the edge of a bordered value": (graph) => {
    const wide = conv(graph, 0, 5, 3);
    const window = { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] } as const satisfies object;
    const largest = graph.add({ op: "MaxPool", inputs: [wide], ...structuredClone(window) } as NetworkNode);
    const mean = graph.add({ op: "AveragePool", inputs: [wide], ...structuredClone(window) } as NetworkNode);
    conv(graph, wide, 3, 5);
    return graph.add({ op: "Concat", inputs: [conv(graph, mean, 4, 3), largest] });
  },
};

test.each(Object.entries(BODIES))("%s", async (_, body) => {
  expect(await difference(networkOf(body), 60)).toBeLessThan(1e-5);
});

test("the residual network that Radlite ships the like of", async () => {
  expect(await difference(residualNetwork(3, "clustered"), 61)).toBeLessThan(1e-5);
});
