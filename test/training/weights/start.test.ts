import { startFromWeights } from "@radlite/training/weights";
import { expect, test } from "vitest";
import {
  buildFitting,
  drawStart,
  expectedValues,
  FULL_FILE,
  NOTOP_FILE,
  TENSORFLOWJS_FOLDER,
} from "./fixtures.ts";

test("loaded layers have the file's values, the head those that the seed draws", async () => {
  const graph = buildFitting("mobilenet");

  const { values } = await startFromWeights(
    graph,
    TENSORFLOWJS_FOLDER,
    { weights: "imagenet", match: "name", rateShare: 1 },
    1,
  );

  expect(values).toEqual(expectedValues(graph, drawStart(graph)));
});

test("the digest stands for the loaded values alone: not for the seed, the file or its names", async () => {
  const graph = buildFitting("vgg16");
  const options = { weights: "imagenet", rateShare: 1 };
  const start = (path: string, match: "name" | "order", seed: number) =>
    startFromWeights(graph, path, { ...options, match }, seed);

  const [one, two] = [await start(NOTOP_FILE, "name", 1), await start(FULL_FILE, "order", 2)];

  expect(one.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(two.sha256).toBe(one.sha256);
  expect(two.values).not.toEqual(one.values); // the heads
  const grey = await startFromWeights(buildFitting("vgg16", 1), NOTOP_FILE, { ...options, match: "name" }, 1);
  expect(grey.sha256).not.toBe(one.sha256);
});

test("what is frozen is decided by what was loaded", async () => {
  const options = { weights: "imagenet", match: "name", freezeUntil: "block2_pool", rateShare: 0.5 } as const;

  const { graph } = await startFromWeights(buildFitting("vgg16"), NOTOP_FILE, options, 1);

  const shares = graph.nodes.flatMap((node) =>
    node.op === "Conv" || node.op === "Gemm" ? [graph.tensors[node.weights]!.rateShare ?? 1] : [],
  );
  expect(shares).toEqual([0, 0, 0, 0, ...Array(9).fill(0.5), 1]);
});
