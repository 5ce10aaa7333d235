/** Every model that comes with the product, on every engine, against its own ONNX export in onnxruntime-node. */
import { readdirSync, readFileSync } from "node:fs";
import { ENGINES, loadEngine } from "@radlite/model/engine";
import { open } from "@radlite/model/format";
import { expect, test } from "vitest";
import { createNumbers } from "../networks.ts";
import { largestDifference } from "./differences.ts";
import { loadOnnxEngine } from "./onnxruntime.ts";

const TOLERANCE = 1e-4;
const artifacts = readdirSync("registry/shipped", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".rlm"))
  .sort();

test.each(artifacts)("%s", async (path) => {
  const { network } = open(readFileSync(`registry/shipped/${path}`));
  const { height, width, channels } = network.input;
  const oracle = await loadOnnxEngine(network);
  const reference = await loadEngine(network, { engine: "reference" });
  for (const engine of ENGINES) {
    const ours = await loadEngine(network, { engine });
    for (let seed = 0; seed < 3; seed++) {
      const image = createNumbers(seed).floats(height * width * channels, 2);
      const { logits, features } = await ours.run(image);

      const { logits: expected } = await oracle.run(image);
      const { features: expectedFeatures } = await reference.run(image);
      expect(largestDifference(logits, expected)).toBeLessThan(TOLERANCE);
      expect(largestDifference(features, expectedFeatures)).toBeLessThan(TOLERANCE);
    }
  }
});
