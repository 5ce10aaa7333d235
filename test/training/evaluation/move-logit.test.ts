import type { Network } from "@radlite/model/format";
import { freezeGraph } from "@radlite/training/freeze";
import { expect, test } from "vitest";
import { moveLogit } from "../../../training/evaluation/move-logit.ts";
import { buildSmallGraph, drawValues } from "../networks.ts";

const headBias = (network: Network) => {
  const head = network.nodes.at(-1) as { bias: number };
  return network.tensors[head.bias]!;
};

test.each(["f32", "f16"] as const)(
  "moving the logit adds to the bias of PNEUMONIA as %s keeps it",
  (kind) => {
    const graph = buildSmallGraph(16);
    const network = freezeGraph(graph, drawValues(graph, 3));
    const bias = headBias(network);
    bias.values = Float32Array.of(0.25);
    bias.coding = { kind };

    const moved = headBias(moveLogit(network, 1.0001));

    expect(moved.values).toEqual(kind === "f16" ? Float32Array.of(1.25) : Float32Array.of(1.2501));
    expect(bias.values).toEqual(Float32Array.of(0.25));
  },
);

test("of two logits that of PNEUMONIA alone is moved", () => {
  const graph = buildSmallGraph(16);
  const network = freezeGraph(graph, drawValues(graph, 3));
  const bias = headBias(network);
  bias.shape = [2];
  bias.values = Float32Array.of(0.5, 0.25);
  expect(headBias(moveLogit(network, 1)).values).toEqual(Float32Array.of(0.5, 1.25));
});

test("moving frees a bias that was rounded, in float16", () => {
  const graph = buildSmallGraph(16);
  const network = freezeGraph(graph, drawValues(graph, 3));
  const bias = headBias(network);
  bias.values = Float32Array.of(0.25);
  bias.coding = { kind: "clustered", codebook: Float32Array.of(0.25), indices: Uint8Array.of(0) };
  const moved = headBias(moveLogit(network, 1.0001));
  expect(moved).toEqual({ shape: [1], values: Float32Array.of(1.25), coding: { kind: "f16" } });
});

test("moving is refused where the bias lies in one code with other weights", () => {
  const graph = buildSmallGraph(16);
  const network = freezeGraph(graph, drawValues(graph, 3));
  const code = { seed: 1, bits: 1, choices: Uint32Array.of(0), members: [] };
  headBias(network).coding = { kind: "seeded", code, member: 0 };
  expect(() => moveLogit(network, 1)).toThrow(/calibration.prior .* leave it out/);
});
