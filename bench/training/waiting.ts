/** How long a training step waits for its batch, with the augmentation that recipes have, and what a batch costs. */
import { buildArchitecture } from "../../training/architectures/families.ts";
import { initialiseTensors } from "../../training/architectures/initialise.ts";
import { type BatchPlan, makeBatch } from "../../training/data/batch.ts";
import { openBatchSource } from "../../training/data/batch-source.ts";
import type { PixelSet } from "../../training/data/sets.ts";
import { computeGradients } from "../../training/fit/gradients.ts";
import { applyGradients, startOptimiser } from "../../training/fit/optimiser.ts";
import { loadRecipe } from "../../training/recipes/index.ts";
import { type BenchNetwork, toArchitecture } from "./networks.ts";

const STEPS = 12;
const WARM_UP_STEPS = 3;
const IMAGES = 256;

export async function measureWaiting(
  network: BenchNetwork,
): Promise<{ stepMs: number; waitMs: number; makeMs: number }> {
  const { side, batch } = network;
  const input = { height: side, width: side, channels: 1, normalise: { kind: "per-image" } } as const;
  const graph = buildArchitecture(toArchitecture(network), input, ["NORMAL", "PNEUMONIA"]);
  const weights = initialiseTensors(graph, 1);
  const optimiser = startOptimiser(weights);
  const decay = weights.map(() => 0.1);
  const { recipe } = await loadRecipe("residual-64");
  const pixels = drawPixels(input);
  const source = await openBatchSource(pixels, { ...recipe, fit: { ...recipe.fit, batch } });
  let waitMs = 0;
  let started = 0;
  try {
    for (let step = -WARM_UP_STEPS; step < STEPS; step++) {
      if (step === 0) [waitMs, started] = [0, performance.now()];
      const asked = performance.now();
      const made = await source.batch(0, step + WARM_UP_STEPS);
      waitMs += performance.now() - asked;
      const { gradients } = computeGradients(graph, weights, made, {
        classWeights: [1, 1],
        labelSmoothing: 0,
      });
      applyGradients(weights, gradients, optimiser, { rate: 1e-4, decay });
      await new Promise(setImmediate);
    }
    const stepMs = (performance.now() - started) / STEPS;
    const plan: BatchPlan = { pixels, augment: recipe.augment, batch, seed: 1 };
    return { stepMs, waitMs: waitMs / STEPS, makeMs: timeBatch(plan) };
  } finally {
    await source.close();
  }
}

function timeBatch(plan: BatchPlan): number {
  makeBatch(plan, 0, 0);
  const { user: before } = process.cpuUsage();
  for (let i = 0; i < 3; i++) makeBatch(plan, 0, i);
  return (process.cpuUsage().user - before) / 3000;
}

/** Smooth grey pictures, at twice the side as trainings keep them. */
function drawPixels(input: PixelSet["input"]): PixelSet {
  const side = 2 * input.width;
  const pixels = new Uint16Array(new SharedArrayBuffer(2 * IMAGES * side * side));
  for (let at = 0; at < pixels.length; at++)
    pixels[at] = 32_640 + 25_000 * Math.sin(at / 97) * Math.sin(at / 7919);
  const labels = Uint8Array.from({ length: IMAGES }, (_, at) => at % 2);
  return { input, side, pixels, labels, images: [], unreadable: [] };
}
