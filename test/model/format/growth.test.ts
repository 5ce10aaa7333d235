/**
 * Opening takes time in proportion to weights and to nodes. Times are the best of several, and the bound lies
 * between twice the linear ratio and the quadratic one, so a busy machine does not decide.
 */
import { type Coding, encodeNetwork, type Network, type NetworkNode, open } from "@radlite/model/format";
import { expect, test } from "vitest";
import { codedTensor, createNumbers } from "../networks.ts";

const GROWTH = 16;

function bestMs(bytes: Uint8Array): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    open(bytes);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function withWeights(count: number, kind: Coding["kind"]): Network {
  const values = createNumbers(1).floats(count, 1);
  return {
    input: { height: count / 512, width: 512, channels: 1, normalise: { kind: "per-image" } },
    nodes: [{ op: "Gemm", inputs: [0], weights: 0 }],
    tensors: [codedTensor([count, 1], values, kind)],
    labels: ["NORMAL", "PNEUMONIA"],
  };
}

function withNodes(count: number): Network {
  const nodes = Array.from(
    { length: count },
    (_, i): NetworkNode => ({
      op: "DepthwiseConv",
      inputs: [i],
      kernel: [1, 1],
      strides: [1, 1],
      pads: [0, 0, 0, 0],
      weights: i,
    }),
  );
  return {
    input: { height: 1, width: 1, channels: 1, normalise: { kind: "per-image" } },
    nodes,
    tensors: nodes.map(() => codedTensor([1, 1, 1, 1], Float32Array.of(1), "f16")),
    labels: ["NORMAL", "PNEUMONIA"],
  };
}

test.each(["f32", "f16", "clustered", "indexed"] as const)(
  "%s: sixteen times the weights take less than 32 times as long",
  (kind) => {
    const small = encodeNetwork(withWeights(2 ** 15, kind));
    const large = encodeNetwork(withWeights(GROWTH * 2 ** 15, kind));
    bestMs(small);

    expect(bestMs(large) / bestMs(small)).toBeLessThan(2 * GROWTH);
  },
);

test("sixteen times the nodes take less than 32 times as long", () => {
  const small = encodeNetwork(withNodes(4096 / GROWTH));
  const large = encodeNetwork(withNodes(4096));
  bestMs(small);

  expect(bestMs(large) / bestMs(small)).toBeLessThan(2 * GROWTH);
});
