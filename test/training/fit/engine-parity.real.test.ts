import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadEngine } from "@radlite/model/engine";
import { encodeNetwork, open } from "@radlite/model/format";
import { computeLogits, fitGraph } from "@radlite/training/fit";
import { freezeGraph } from "@radlite/training/freeze";
import { expect, test } from "vitest";
import { buildSmallGraph, drawBatch, drawFitData } from "../networks.ts";

const SIDE = 16;

test("a network trained for two epochs answers in both engines what TensorFlow says of it, to 1e-4", async () => {
  const graph = buildSmallGraph(SIDE);
  const folder = await mkdtemp(join(tmpdir(), "radlite-parity-"));
  const fitted = await fitGraph(
    graph,
    drawFitData(SIDE, { steps: 12, batch: 16 }),
    {
      epochs: 2,
      rate: 0.01,
      warmup: 1,
      weightDecay: 0.1,
      labelSmoothing: 0.05,
      averaging: 0.9,
      classWeights: "balanced",
      seed: 5,
    },
    { checkpoint: { path: join(folder, "checkpoint.bin"), fingerprint: "test", resume: false } },
  );
  const batch = drawBatch(SIDE, 24, 77);
  const expected = [...computeLogits(graph, fitted.values, batch)];

  const { network } = open(encodeNetwork(freezeGraph(graph, fitted.values)));
  for (const name of ["wasm", "reference"] as const) {
    const engine = await loadEngine(network, { engine: name });
    const size = SIDE * SIDE;
    for (const [at, logit] of expected.entries()) {
      const { logits } = await engine.run(batch.inputs.slice(at * size, (at + 1) * size));
      expect(Math.abs(logits[0]! - logit)).toBeLessThan(1e-4);
    }
  }
  expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(1); // it has learnt to tell them apart
});
