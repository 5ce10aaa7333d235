import {
  countMacs,
  countParameters,
  inferShapes,
  type Network,
  type NetworkNode,
  samePads,
  type ValueShape,
} from "@radlite/model/format";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createGraph, createNumbers, GREY_64 } from "../networks.ts";

/** A tensor without values, for counting networks that would be too large to hold. */
const unfilled = (shape: number[]) => ({
  shape,
  values: { length: shape.reduce((a, b) => a * b, 1) } as Float32Array,
  coding: { kind: "f32" } as const,
});

/** VGG16 without its head, as in Keras Applications. */
function vgg16(side: number): Network {
  const network: Network = {
    input: { height: side, width: side, channels: 3, normalise: { kind: "per-image" } },
    nodes: [],
    tensors: [],
    labels: ["a", "b"],
  };
  const append = (node: NetworkNode) => network.nodes.push(node);
  let channels = 3;
  for (const [out, layers] of [
    [64, 2],
    [128, 2],
    [256, 3],
    [512, 3],
    [512, 3],
  ] as const) {
    for (let layer = 0; layer < layers; layer++) {
      network.tensors.push(unfilled([3, 3, channels, out]), unfilled([out]));
      const weights = network.tensors.length - 2;
      append({
        op: "Conv",
        inputs: [network.nodes.length],
        kernel: [3, 3],
        strides: [1, 1],
        pads: [1, 1, 1, 1],
        groups: 1,
        weights,
        bias: weights + 1,
      });
      append({ op: "Relu", inputs: [network.nodes.length] });
      channels = out;
    }
    append({
      op: "MaxPool",
      inputs: [network.nodes.length],
      kernel: [2, 2],
      strides: [2, 2],
      pads: [0, 0, 0, 0],
    });
  }
  return network;
}

test("VGG16 has Keras's 14,714,688 parameters, 15.3 GMAC at 224 pixels, and ends in 7x7x512", () => {
  const network = vgg16(224);

  expect(inferShapes(network).at(-1)).toEqual([7, 7, 512]);
  expect(countParameters(network).total).toBe(14_714_688);
  expect(countMacs(network).total).toBe(15_346_630_656);
  expect(countMacs(network).perNode.slice(0, 2)).toEqual([224 * 224 * 64 * 27, 0]);
});

test("macs and parameters of grouped, depthwise and dense layers, by hand", () => {
  const graph = createGraph(createNumbers(1), { ...GREY_64, height: 8, width: 6, channels: 3 }, ["a", "b"]);
  const window = {
    kernel: [3, 3] as [number, number],
    strides: [2, 2] as [number, number],
    pads: [1, 1, 1, 1] as const,
  };
  graph.add({
    op: "DepthwiseConv",
    inputs: [0],
    ...window,
    weights: graph.tensor([3, 3, 3, 1]),
    bias: graph.tensor([3]),
  });
  graph.add({ op: "Conv", inputs: [1], ...window, groups: 3, weights: graph.tensor([3, 3, 1, 6]) });
  graph.add({ op: "Gemm", inputs: [2], weights: graph.tensor([2 * 2 * 6, 2]), bias: graph.tensor([2]) });

  expect(inferShapes(graph.network)).toEqual([
    [8, 6, 3],
    [4, 3, 3],
    [2, 2, 6],
    [1, 1, 2],
  ]);
  expect(countMacs(graph.network)).toEqual({
    total: 324 + 216 + 48,
    perNode: [4 * 3 * 3 * 9, 2 * 2 * 6 * 9, 24 * 2],
  });
  expect(countParameters(graph.network)).toEqual({ total: 30 + 54 + 50, perNode: [27 + 3, 54, 48 + 2] });
});

test("same pads give ceil(side / stride) windows, the odd pixel at the bottom and right", () => {
  const side = fc.integer({ min: 1, max: 40 });
  const small = fc.integer({ min: 1, max: 7 });
  fc.assert(
    fc.property(side, side, small, small, small, small, (height, width, kh, kw, sh, sw) => {
      const window = { kernel: [kh, kw] as [number, number], strides: [sh, sw] as [number, number] };
      const pads = samePads([height, width, 1], window);
      const network = {
        ...vgg16(8),
        input: { height, width, channels: 1 as const, normalise: { kind: "per-image" as const } },
      };
      network.tensors = [unfilled([kh, kw, 1, 1])];
      network.nodes = [{ op: "DepthwiseConv", inputs: [0], ...window, pads, weights: 0 }];

      expect(inferShapes(network)[1]).toEqual([Math.ceil(height / sh), Math.ceil(width / sw), 1]);
      expect(pads[2] - pads[0]).toBeGreaterThanOrEqual(0);
      expect(pads[2] - pads[0]).toBeLessThanOrEqual(1);
      expect(pads[3] - pads[1]).toBeGreaterThanOrEqual(0);
      expect(pads[3] - pads[1]).toBeLessThanOrEqual(1);
    }),
    { seed: 8 },
  );
  expect(samePads([224, 224, 3] satisfies ValueShape, { kernel: [3, 3], strides: [2, 2] })).toEqual([
    0, 0, 1, 1,
  ]);
});
