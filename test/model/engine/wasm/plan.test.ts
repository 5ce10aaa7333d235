/** What the planner saves: passes over memory, copies, and memory itself. */
import type { Network, NetworkNode } from "@radlite/model/format";
import { expect, test } from "vitest";
import { planRun } from "../../../../model/engine/wasm/plan.ts";
import { createGraph, createNumbers, GREY_64, type GraphBuilder, residualNetwork } from "../../networks.ts";

const BUILD = "wasm-simd";

/** How often a run calls each kernel. */
function countCalls(network: Network): Record<string, number> {
  const counts: Record<string, number> = {};
  const kernels = new Proxy({} as never, {
    get: (_, name: string) => () => {
      counts[name] = (counts[name] ?? 0) + 1;
    },
  });
  for (const call of planRun(network).program.calls) call(kernels);
  return counts;
}

function conv(graph: GraphBuilder, source: number, out: number, side: number): number {
  const pad = side >> 1;
  return graph.add({
    op: "Conv",
    inputs: [source],
    kernel: [side, side],
    strides: [1, 1],
    groups: 1,
    pads: [pad, pad, pad, pad],
    weights: graph.tensor([side, side, graph.shapeOf(source)[2], out]),
  } as NetworkNode);
}

function finish(graph: GraphBuilder, last: number): Network {
  graph.add({ op: "GlobalAveragePool", inputs: [last] });
  const pooled = graph.last;
  graph.add({ op: "Gemm", inputs: [pooled], weights: graph.tensor([graph.shapeOf(pooled)[2], 2]) });
  return graph.network;
}

const start = () => createGraph(createNumbers(1), { ...GREY_64, height: 20, width: 20 }, ["a", "b"]);

test("a residual network is a call a convolution: ReLU and sum are part of it", () => {
  const network = residualNetwork(1);
  const convolutions = network.nodes.filter((node) => node.op === "Conv").length;

  const { conv, winograd, pool, clear, clip, ...others } = countCalls(network);

  expect(conv! + winograd!).toBe(convolutions + 1); // the Gemm is one too
  expect(pool).toBe(1);
  expect(clip).toBe(1); // the image, copied into its border
  expect(others).toEqual({});
});

test("a network of signs is a call a convolution: scaling and sum are part of it, and bits stay bits", () => {
  const graph = start();
  const signs = (source: number) => {
    const weights = graph.tensor([graph.shapeOf(source)[2]]);
    return graph.add({ op: "Sign", inputs: [source], weights });
  };
  const binaryConv = (source: number, out: number) =>
    graph.add({
      op: "BinaryConv",
      inputs: [source],
      kernel: [3, 3],
      strides: [1, 1],
      pads: [1, 1, 1, 1],
      weights: graph.tensor([3, 3, graph.shapeOf(source)[2], out], "binary"),
    } as NetworkNode);
  const scale = (source: number) =>
    graph.add({
      op: "DepthwiseConv",
      inputs: [source],
      kernel: [1, 1],
      strides: [1, 1],
      pads: [0, 0, 0, 0],
      weights: graph.tensor([1, 1, graph.shapeOf(source)[2], 1]),
    } as NetworkNode);
  const stem = conv(graph, 0, 8, 3);
  const sum = graph.add({ op: "Add", inputs: [scale(binaryConv(signs(stem), 8)), stem] });
  const plain = binaryConv(signs(binaryConv(signs(sum), 40)), 8);

  const { clear, ...others } = countCalls(finish(graph, graph.add({ op: "Relu", inputs: [plain] })));

  // The stem and the Gemm; a block, and two layers of which the second's signs are made by the first.
  expect(others).toEqual({ conv: 2, clip: 1, packSigns: 2, binaryConv: 3, pool: 1 });
});

test("Concat and Pad cost nothing where their inputs can be written in place", () => {
  const graph = start();
  const [a, b] = [conv(graph, 0, 4, 1), conv(graph, 0, 3, 1)];
  const joined = graph.add({ op: "Concat", inputs: [a, b] });
  const padded = graph.add({ op: "Pad", inputs: [joined], pads: [1, 1, 1, 1] });

  const { clear, ...others } = countCalls(finish(graph, conv(graph, padded, 8, 1)));

  expect(clear).toBe(4); // the four sides of the Pad
  expect(others).toEqual({ conv: 3, dense: 1, pool: 1 });
});

test("a value that cannot lie in two places is copied once", () => {
  const graph = start();
  const a = conv(graph, 0, 4, 1);
  const first = graph.add({ op: "Concat", inputs: [a, a] });

  const { clip } = countCalls(finish(graph, first));

  expect(clip).toBe(1);
});

test("what nobody reads is not computed", () => {
  const graph = start();
  const wanted = conv(graph, 0, 4, 3);
  graph.add({ op: "Sigmoid", inputs: [conv(graph, wanted, 32, 5)] });

  const calls = countCalls(finish(graph, wanted));

  expect(calls).not.toHaveProperty("sigmoid");
  expect(calls.conv).toBe(2);
});

test("a chain of twenty layers takes the memory of two", () => {
  const graph = start();
  let last = conv(graph, 0, 16, 3);
  for (let layer = 0; layer < 20; layer++) last = conv(graph, last, 16, 3);
  const weights = graph.network.tensors.reduce((sum, { values }) => sum + values.length, 0) * 4;
  const layer = 22 * 22 * 16 * 4;

  const { buffer } = planRun(finish(graph, last)).program.load(BUILD).memory;

  expect(buffer.byteLength).toBeGreaterThan(weights + 2 * layer);
  expect(buffer.byteLength).toBeLessThan(weights + 3 * layer + 65_536);
});

test("activations and sums run in place", () => {
  const graph = start();
  let last = conv(graph, 0, 64, 1);
  for (let layer = 0; layer < 10; layer++) last = graph.add({ op: "Swish", inputs: [last] });
  const layer = 20 * 20 * 64 * 4;

  const { buffer } = planRun(finish(graph, last)).program.load(BUILD).memory;

  expect(buffer.byteLength).toBeLessThan(layer + 65_536);
});

test("a network beyond a limit is refused before its memory is allocated", () => {
  const graph = createGraph(createNumbers(1), { ...GREY_64, height: 4096, width: 4096 }, ["a", "b"]);
  const wide = graph.add({
    op: "Concat",
    inputs: [0, 0, 0, 0, 0],
  } as NetworkNode);
  graph.add({ op: "GlobalAveragePool", inputs: [wide] });
  graph.add({ op: "Gemm", inputs: [graph.last], weights: graph.tensor([5, 2]) });

  expect(() => planRun(graph.network)).toThrow(
    expect.objectContaining({
      code: "BAD_ARTIFACT",
      message: expect.stringContaining(`expected at most ${5 * 2 ** 25}`),
    }),
  );
});
