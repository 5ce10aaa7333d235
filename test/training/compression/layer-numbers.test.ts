import { freezeGraph } from "@radlite/training/freeze";
import { expect, test } from "vitest";
import { checkLayerNumbers, listWeightedLayers } from "../../../training/compression/layer-numbers.ts";
import { buildSmallGraph, drawValues } from "../networks.ts";

const GRAPH = buildSmallGraph(8, { body: [{ width: 4, blocks: 1, stride: 2 }] });
const NETWORK = freezeGraph(GRAPH, drawValues(GRAPH, 1));

test("a layer's number is its place among all nodes, from 1", () => {
  const layers = listWeightedLayers(NETWORK);

  // stem, relu, conv, relu, conv, shortcut, add, relu, pool, dense
  expect(layers.map(({ layer, node }) => [layer, node.op])).toEqual([
    [1, "Conv"],
    [3, "Conv"],
    [5, "Conv"],
    [6, "Conv"],
    [10, "Gemm"],
  ]);
});

test.each([0, 2, 11, -1, 1.5])("layer %d has no weights: the message says which have", (layer) => {
  expect(() => checkLayerNumbers(NETWORK, [1, layer], "factor: pinned")).toThrow(
    expect.objectContaining({
      code: "BAD_INPUT",
      message: expect.stringMatching(
        new RegExp(`^factor: pinned names layer ${layer}, .*allowed: 1, 3, 5, 6, 10,`),
      ),
    }),
  );
});
