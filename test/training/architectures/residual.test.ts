import type { InputRecipe } from "@radlite/model/format";
import { buildResidual, countValues, type Graph, isTrained } from "@radlite/training/architectures";
import { expect, test } from "vitest";

const INPUT: InputRecipe = { height: 32, width: 32, channels: 1, normalise: { kind: "per-image" } };
const LABELS = ["NORMAL", "PNEUMONIA"];

function countTrained({ tensors }: Graph): number {
  return tensors.filter(({ role }) => isTrained(role)).reduce((sum, spec) => sum + countValues(spec), 0);
}

test("has the weights that its widths say", () => {
  const graph = buildResidual(INPUT, LABELS, {
    stem: { width: 4, stride: 1 },
    body: [
      { width: 4, blocks: 2, stride: 1 },
      { width: 6, blocks: 1, stride: 2 },
    ],
  });

  const stem = 9 * 1 * 4 + 2 * 4;
  const identityBlock = 2 * (9 * 4 * 4 + 2 * 4);
  const stridedBlock = 9 * 4 * 6 + 2 * 6 + 9 * 6 * 6 + 2 * 6 + 4 * 6 + 2 * 6; // with its 1x1 shortcut
  expect(countTrained(graph)).toBe(stem + 2 * identityBlock + stridedBlock + 6 + 1);
});

test("only blocks that change the shape have a convolution in their shortcut", () => {
  const graph = buildResidual(INPUT, LABELS, {
    stem: { width: 4, stride: 1 },
    body: [
      { width: 4, blocks: 2, stride: 1 },
      { width: 6, blocks: 1, stride: 2 },
    ],
  });

  const pointwise = graph.nodes.filter((node) => node.op === "Conv" && node.kernel[0] === 1);
  expect(pointwise).toMatchObject([{ strides: [2, 2], pads: [0, 0, 0, 0] }]);
});

test("strides pad as SAME does, the odd zero below and right", () => {
  const graph = buildResidual(INPUT, LABELS, {
    stem: { width: 4, stride: 2 },
    body: [{ width: 4, blocks: 1, stride: 1 }],
  });

  expect(graph.nodes[0]).toMatchObject({ op: "Conv", strides: [2, 2], pads: [0, 0, 1, 1] });
  expect(graph.nodes[3]).toMatchObject({ op: "Conv", strides: [1, 1], pads: [1, 1, 1, 1] });
});

test("every node reads earlier values only, and every tensor is used once", () => {
  const graph = buildResidual(INPUT, LABELS, {
    stem: { width: 4, stride: 1 },
    body: [{ width: 8, blocks: 3, stride: 2 }],
  });

  graph.nodes.forEach((node, at) => {
    for (const input of node.inputs) expect(input).toBeLessThanOrEqual(at);
  });
  const used = graph.nodes.flatMap((node) => {
    if (node.op === "BatchNorm") return [node.gamma, node.beta, node.mean, node.variance];
    if (node.op === "Gemm") return [node.weights, node.bias];
    return node.op === "Conv" ? [node.weights] : [];
  });
  expect(used.toSorted((a, b) => a! - b!)).toEqual([...graph.tensors.keys()]);
});
