import { expect, test } from "vitest";
import { findTensorBits } from "../../../training/compression/layer-bits.ts";
import { listWeightedLayers } from "../../../training/compression/layer-numbers.ts";
import { residualNetwork } from "../../model/networks.ts";

const network = residualNetwork(1);
const layers = listWeightedLayers(network);
const [first, second, third] = layers as [(typeof layers)[0], (typeof layers)[0], (typeof layers)[0]];

test("weights get their layer's bits, pinned ones those of a float16, and biases none", () => {
  const bits = findTensorBits(
    network,
    { bits: 4, layers: [{ layer: second.layer, bits: 2 }], pinned: [third.layer] },
    "cluster",
  );

  const expected = network.tensors.map((): number | undefined => undefined);
  for (const { node } of layers) expected[node.weights] = 4;
  expected[second.node.weights] = 2;
  expected[third.node.weights] = 16;
  expect(bits).toEqual(expected);
});

test("a layer that is not there, and one that is named twice, are refused with the numbers that are", () => {
  const find = (options: object) => () => findTensorBits(network, { bits: 4, ...options }, "quantise");
  const absent = network.nodes.length + 1;

  expect(find({ pinned: [absent] })).toThrow(
    new RegExp(`^quantise: pinned names layer ${absent}, .*allowed: ${first.layer}, ${second.layer}, `),
  );
  expect(find({ layers: [{ layer: absent, bits: 2 }] })).toThrow(/^quantise: layers names layer/);
  const twice = { layers: [{ layer: first.layer, bits: 2 }], pinned: [first.layer] };
  expect(find(twice)).toThrow(`quantise: layer ${first.layer} is named twice in layers and pinned`);
});
