import { loadEngine } from "@radlite/model/engine";
import { encodeNetwork, open } from "@radlite/model/format";
import { computeLogits } from "@radlite/training/fit";
import { freezeGraph, thawNetwork } from "@radlite/training/freeze";
import { expect, test } from "vitest";
import { buildSmallGraph, drawBatch, drawValues } from "../networks.ts";

const SHAPES = [
  {
    side: 16,
    stem: { width: 5, stride: 1 },
    body: [
      { width: 8, blocks: 2, stride: 2 },
      { width: 12, blocks: 1, stride: 2 },
    ],
  },
  {
    side: 20,
    stem: { width: 6, stride: 2 },
    body: [
      { width: 6, blocks: 1, stride: 1 },
      { width: 7, blocks: 2, stride: 2 },
    ],
  },
];

test.each(SHAPES)(
  "the encoded file in the engine gives TensorFlow's logits to 1e-4 at side $side",
  async (shape) => {
    const { side, ...options } = shape;
    const graph = buildSmallGraph(side, options);
    const values = drawValues(graph, 21);
    const batch = drawBatch(side, 8, 22);
    const expected = computeLogits(graph, values, batch);

    const engine = await loadEngine(open(encodeNetwork(freezeGraph(graph, values))).network);

    const size = side * side;
    for (const [at, logit] of expected.entries()) {
      const { logits } = await engine.run(batch.inputs.slice(at * size, (at + 1) * size));
      expect(Math.abs(logits[0]! - logit)).toBeLessThan(1e-4);
    }
  },
);

test("a thawed network answers in TensorFlow what it was frozen from", () => {
  const graph = buildSmallGraph(16);
  const values = drawValues(graph, 31);
  const batch = drawBatch(16, 8, 32);

  const thawed = thawNetwork(freezeGraph(graph, values));

  const expected = computeLogits(graph, values, batch);
  computeLogits(thawed.graph, thawed.values, batch).forEach((logit, at) => {
    expect(Math.abs(logit - expected[at]!)).toBeLessThan(1e-4);
  });
});
