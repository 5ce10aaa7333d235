/** Keras' order of layers, on graphs small enough to walk by hand; test/parity holds all networks to it. */

import type { InputRecipe } from "@radlite/model/format";
import {
  activate,
  add,
  COUNTED_NAME,
  convolve,
  convolveSeparable,
  normalise,
  startGraph,
} from "@radlite/training/architectures";
import { expect, test } from "vitest";
import { concatenate } from "../../../training/architectures/builder.ts";
import { countNames, orderLayers } from "../../../training/architectures/layer-order.ts";

const INPUT: InputRecipe = { height: 4, width: 4, channels: 1, normalise: { kind: "per-image" } };

const point = (layer: string, filters = 2) => ({ layer, filters, kernel: 1 });

/** Two branches of a stem, of one and of two layers, written down the short one first. */
function buildBranches() {
  const { graph, image } = startGraph(INPUT, []);
  const stem = convolve(graph, image, point("stem"));
  const short = convolve(graph, stem, point("short", 3));
  const long = convolve(graph, convolve(graph, stem, point("long_1")), point("long_2", 5));
  return { graph, last: concatenate(graph, [short, long], "joined") };
}

test("the longer way to the end comes first, whatever was written first", () => {
  const { graph, last } = buildBranches();

  const value = orderLayers(graph, last);

  // long_1 is three layers from the end; short and long_2 are two, and the walk back meets short first.
  expect(graph.layers).toEqual(["stem", "long_1", "short", "long_2", "joined"]);
  expect(graph.nodes.map(({ inputs }) => inputs)).toEqual([[0], [1], [1], [2], [3, 4]]);
  expect(value).toEqual({ number: 5, shape: [4, 4, 8] });
});

test("tensors are renumbered in the order of nodes, their shapes go along", () => {
  const { graph, last } = buildBranches();

  orderLayers(graph, last);

  expect(graph.nodes.flatMap((node) => ("weights" in node ? [node.weights] : []))).toEqual([0, 1, 2, 3]);
  expect(graph.tensors.map(({ shape }) => shape.at(-1))).toEqual([2, 2, 3, 5]);
});

test("the layer that the walk back meets first comes first among equally far ones", () => {
  const order = (swapped: boolean) => {
    const { graph, image } = startGraph(INPUT, []);
    const [a, b] = [convolve(graph, image, point("a")), convolve(graph, image, point("b"))];
    orderLayers(graph, swapped ? add(graph, b, a, "sum") : add(graph, a, b, "sum"));
    return graph.layers;
  };

  expect(order(false)).toEqual(["a", "b", "sum"]);
  expect(order(true)).toEqual(["b", "a", "sum"]);
});

test("a layer that stands for several of Keras' makes the way of what it reads that much longer", () => {
  const order = (spans?: Map<string, number>) => {
    const { graph, image } = startGraph(INPUT, []);
    const branch = (name: string) =>
      convolve(graph, convolve(graph, image, point(`${name}_1`)), point(`${name}_2`));
    orderLayers(graph, add(graph, branch("a"), branch("b"), "sum"), spans);
    return graph.layers;
  };

  expect(order()).toEqual(["a_1", "b_1", "a_2", "b_2", "sum"]);
  expect(order(new Map([["b_2", 2]]))).toEqual(["b_1", "a_1", "a_2", "b_2", "sum"]); // padding before it, say
});

test("what is read twice lies as far as its longest way, and nodes of one layer stay together", () => {
  const { graph, image } = startGraph(INPUT, []);
  const stem = normalise(graph, convolve(graph, image, point("stem")), "norm");
  const separable = convolveSeparable(graph, activate(graph, stem, "Relu", "relu"), point("separable"));

  orderLayers(graph, add(graph, stem, separable, "sum"));

  expect(graph.layers).toEqual(["stem", "norm", "relu", "separable", "separable", "sum"]);
  expect(graph.nodes.at(-1)!.inputs).toEqual([2, 5]);
});

test("names are counted a kind at a time, the first without a number", () => {
  const count = countNames();

  const names = ["conv2d", "conv2d", "activation", "conv2d"].map(count);

  expect(names).toEqual(["conv2d", "conv2d_1", "activation", "conv2d_2"]);
  expect(names.filter((name) => COUNTED_NAME.test(name))).toEqual(["conv2d", "conv2d_1", "conv2d_2"]);
  expect(COUNTED_NAME.test("block8_1_conv")).toBe(false);
});
