/** Frozen, then unfrozen: both phases through TensorFlow, with and without kept features, stopped and resumed. */

import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listTensors } from "@radlite/training/architectures";
import type { Progress } from "@radlite/training/fit";
import { parseRecipe } from "@radlite/training/recipes";
import { limitLearning, type PretrainedStart } from "@radlite/training/weights";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fitPhases } from "../../../training/transfer/phases.ts";
import { drawFitData, drawValues } from "../networks.ts";
import { buildFitting } from "../weights/fixtures.ts";

const whole = buildFitting("mobilenet", 1, 1 / 8);
const base = whole.layers!.filter((layer) => !layer.startsWith("head_"));
const start = drawValues(whole, 4);
const pretrained: PretrainedStart = {
  graph: limitLearning(whole, base, { freezeUntil: "conv_pw_6_relu", rateShare: 1 }),
  unfrozen: limitLearning(whole, base, { learnFrom: "conv_dw_5", rateShare: 1 }),
  values: start,
  sha256: "0".repeat(64),
  report: { loaded: base, missing: [], unused: [] },
};
const data = drawFitData(32, { steps: 3, batch: 8 });

const writeRecipe = (views: string, unfreeze: string) =>
  parseRecipe(
    `
name: test
description: For this test.
architecture: { family: mobilenet, width: 0.125 }
initial: { weights: fixture, freezeUntil: conv_pw_6_relu${views}${unfreeze} }
input: { size: 32 }
fit: { epochs: 2, batch: 8, rate: 0.003, averaging: 0.9 }
`,
    "test.yaml",
  );
const UNFREEZE = ", unfreeze: { from: conv_dw_5, epochs: 2, rate: 0.0005, views: 1 }";

beforeEach(async () => {
  vi.stubEnv("RADLITE_CACHE", await mkdtemp(join(tmpdir(), "radlite-phases-")));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function run(
  recipe: ReturnType<typeof writeRecipe>,
  context: { folder?: string; signal?: AbortSignal; onProgress?: (progress: Progress) => void } = {},
) {
  const folder = context.folder ?? (await mkdtemp(join(tmpdir(), "radlite-phases-")));
  const identify = (one: unknown) => JSON.stringify(one);
  return fitPhases(pretrained.graph, pretrained, data, recipe, {
    folder,
    identify,
    resume: true,
    ...context,
  });
}

test("one view kept gives the network that training on it without keeping gives", async () => {
  // With one step an epoch there is one order of steps.
  const single = { ...data, steps: 1, batch: (_: number, step: number) => data.batch(0, step) };
  const keep = async (views: string) => {
    const folder = await mkdtemp(join(tmpdir(), "radlite-phases-"));
    const context = { folder, identify: JSON.stringify, resume: false };
    return fitPhases(pretrained.graph, pretrained, single, writeRecipe(views, ""), context);
  };

  const [kept, direct] = [await keep(", views: 1"), await keep("")];
  expect(kept.epoch).toBe(direct.epoch);
  expect(kept.score.loss).toBeCloseTo(direct.score.loss, 2); // other programs, other roundings
});

test("layers from the named one on learn in the second phase alone, those before it in none", async () => {
  const seen: Progress[] = [];
  const { values, epoch } = await run(writeRecipe(", views: 2", UNFREEZE), {
    onProgress: (one) => seen.push(one),
  });
  const first = await run(writeRecipe(", views: 2", ""));

  const epochs = seen.flatMap((one) => (one.kind === "epoch" ? [`${one.epoch}/${one.epochs}`] : []));
  expect(epochs).toEqual(["1/4", "2/4", "3/4", "4/4"]);
  const moved = (layer: string, from: readonly Float32Array[], to: readonly Float32Array[]) => {
    const at = whole.layers!.indexOf(layer);
    return listTensors(whole.nodes[at]!).some((tensor) => `${from[tensor]}` !== `${to[tensor]}`);
  };
  expect(moved("conv_pw_4", start, values)).toBe(false);
  expect(moved("conv_dw_5", start, first.values)).toBe(false);
  expect(moved("conv_dw_7", start, first.values)).toBe(true);
  expect(epoch).toBeGreaterThan(2);
  expect(moved("conv_pw_6_bn", first.values, values)).toBe(true);
});

test("a run that is stopped in any phase ends as one that is not", async () => {
  const recipe = writeRecipe(", views: 2", UNFREEZE);
  const undisturbed = await run(recipe);

  for (const stopAt of [2, 5, 8, 11]) {
    const folder = await mkdtemp(join(tmpdir(), "radlite-phases-"));
    const controller = new AbortController();
    let steps = 0;
    const onProgress = ({ kind }: Progress) => {
      if (kind === "step" && ++steps === stopAt) controller.abort(new Error("stopped"));
    };
    await expect(run(recipe, { folder, signal: controller.signal, onProgress })).rejects.toThrow("stopped");
    expect(await run(recipe, { folder })).toEqual(undisturbed);
  }
});
