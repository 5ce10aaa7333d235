import { deserialize, serialize } from "node:v8";
import { encodeNetwork, type Network } from "@radlite/model/format";
import type { FitData } from "@radlite/training/fit";
import { freezeGraph } from "@radlite/training/freeze";
import { parseRecipe, type StageRecipe } from "@radlite/training/recipes";
import { expect, test } from "vitest";
import { createStage } from "../../../training/compression/index.ts";
import { buildSmallGraph, drawFitData, drawValues } from "../networks.ts";

const LOSS = { classWeights: [1, 1], labelSmoothing: 0 };
const DATA = drawFitData(8, { steps: 3, batch: 8 });
const GRAPH = buildSmallGraph(8);
const NETWORK = freezeGraph(GRAPH, drawValues(GRAPH, 7));

function stageOf(written: string): StageRecipe {
  const source = `name: tiny\ndescription: For stages.\narchitecture: { family: residual, stem: { width: 4 }, body: [{ width: 4 }] }\ninput: { size: 16 }\nfit: { epochs: 1 }\nstages:\n  - ${written}\n`;
  return parseRecipe(source, "tiny.yaml").stages[0]!;
}

/** As a file would hold it. */
const copy = (state: unknown): unknown => deserialize(serialize(state));

async function apply(stage: StageRecipe, saved?: unknown, stopAfter = Number.POSITIVE_INFINITY) {
  const controller = new AbortController();
  const kept: unknown[] = [];
  let batches = 0;
  const data: FitData = {
    ...DATA,
    batch(epoch, step) {
      controller.signal.throwIfAborted(); // as soon as a killed process would
      batches++;
      return DATA.batch(epoch, step);
    },
  };
  const keep = async (state: unknown) => {
    kept.push(copy(state));
    if (kept.length === stopAfter) controller.abort(new Error("killed"));
  };
  const context = { loss: LOSS, signal: controller.signal, progress: { saved: copy(saved), keep } };
  const network = await createStage(stage)
    .apply(NETWORK, data, context)
    .then((result): Network | undefined => result.network)
    .catch((error: Error) => {
      if (error.message !== "killed") throw error;
      return undefined;
    });
  return { bytes: network && encodeNetwork(network), kept, batches };
}

test.each([
  "{ name: cluster, bits: 2, epochs: 3, rate: 0.01 }",
  "{ name: factor, ranks: energy:0.7, epochs: 3, rate: 0.003 }",
  "{ name: prune, epochs: 4, ramp: 0.8, rate: 0.01 }",
  "{ name: prune, unit: filter, sparsity: 0.5, epochs: 3, ramp: 1, rate: 0.01 }",
  "{ name: quantise, bits: 3, epochs: 3, rate: 0.01 }",
  "{ name: miracle, bytes: 260, bits: 8, warmup: 2, epochs: 2, settle: 1 }",
  "{ name: miracle, bytes: 480, bits: 8, blocks: kl, warmup: 1, epochs: 2, settle: 1 }",
])(
  "%s, killed wherever it may be and resumed, gives the bytes of an uninterrupted run",
  async (written) => {
    const stage = stageOf(written);
    const whole = await apply(stage);
    expect(whole.kept.length).toBeGreaterThanOrEqual(3);
    if (stage.name === "miracle") expect(whole.kept.at(-1)).toHaveProperty("coding");
    expect((await apply(stage)).bytes).toEqual(whole.bytes);

    for (const stopAfter of whole.kept.keys()) {
      if (stopAfter === 0) continue;
      const killed = await apply(stage, undefined, stopAfter);
      expect(killed.kept.at(-1)).toEqual(whole.kept[stopAfter - 1]);
      const resumed = await apply(stage, killed.kept.at(-1));

      expect(resumed.bytes).toEqual(whole.bytes);
      expect(resumed.kept).toEqual(whole.kept.slice(stopAfter));
      expect(resumed.batches).toBeLessThan(whole.batches);
    }
  },
  60_000,
);
