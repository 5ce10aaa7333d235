import { listTensors } from "@radlite/training/architectures";
import { limitLearning } from "@radlite/training/weights";
import { expect, test } from "vitest";
import { buildFitting } from "./fixtures.ts";

const graph = buildFitting("mobilenet");
const weighted = graph.layers!.filter((_, at) => listTensors(graph.nodes[at]!).length > 0);
const base = weighted.filter((layer) => !layer.startsWith("head_"));

/** For each layer with weights, its share of the rate. */
function sharesOf(limited: typeof graph): Map<string, Set<number>> {
  return new Map(
    limited.nodes.flatMap((node, at) => {
      const tensors = listTensors(node);
      const shares = new Set(tensors.map((number) => limited.tensors[number]!.rateShare ?? 1));
      return tensors.length > 0 ? [[limited.layers![at]!, shares] as const] : [];
    }),
  );
}

test("layers up to the named one keep their values, loaded ones behind it learn slowly, the head at full rate", () => {
  const shares = sharesOf(limitLearning(graph, base, { freezeUntil: "conv_pw_3_relu", rateShare: 0.1 }));

  expect(shares.get("conv1")).toEqual(new Set([0]));
  expect(shares.get("conv_pw_3_bn")).toEqual(new Set([0]));
  expect(shares.get("conv_dw_4")).toEqual(new Set([0.1]));
  expect(shares.get("conv_pw_13_bn")).toEqual(new Set([0.1]));
  expect(shares.get("head_logit")).toEqual(new Set([1]));
});

test("layers that were not loaded learn at full rate", () => {
  const loaded = base.filter((layer) => !layer.includes("_13"));

  const shares = sharesOf(limitLearning(graph, loaded, { rateShare: 0.1 }));

  expect(shares.get("conv_pw_12")).toEqual(new Set([0.1]));
  expect(shares.get("conv_dw_13")).toEqual(new Set([1]));
});

test("a frozen BatchNorm normalises by the statistics that it came with, others by the batch", () => {
  const { nodes, layers } = limitLearning(graph, base, { freezeUntil: "conv_dw_2_bn", rateShare: 1 });

  const frozen = nodes.flatMap((node, at) => (node.op === "BatchNorm" && node.frozen ? [layers![at]!] : []));
  expect(frozen).toEqual(["conv1_bn", "conv_dw_1_bn", "conv_pw_1_bn", "conv_dw_2_bn"]);
});

test("the graph handed in stays as it was", () => {
  limitLearning(graph, base, { freezeUntil: "conv_pw_13_relu", rateShare: 0.5 });

  expect(graph).toEqual(buildFitting("mobilenet"));
});

test("a layer that there is not is refused with the nearest one", () => {
  expect(() => limitLearning(graph, base, { freezeUntil: "conv_pw_3_rleu", rateShare: 1 })).toThrow(
    /no layer conv_pw_3_rleu to freeze until or learn from \(did you mean conv_pw_3_relu\?\)/,
  );
});

test("freezing what was not loaded is refused by its name", () => {
  const loaded = base.filter((layer) => layer !== "conv_dw_2");

  expect(() => limitLearning(graph, loaded, { freezeUntil: "conv_pw_2", rateShare: 1 })).toThrow(
    /would freeze conv_dw_2 as it was drawn/,
  );
});

test("learning from a named layer on freezes all before it", () => {
  const until = limitLearning(graph, base, { freezeUntil: "conv_pw_3_relu", rateShare: 0.1 });

  expect(limitLearning(graph, base, { learnFrom: "conv_dw_4", rateShare: 0.1 })).toEqual(until);
});
