import { encodeNetwork } from "@radlite/model/format";
import { computeLogits, type FitData } from "@radlite/training/fit";
import { freezeGraph, thawNetwork } from "@radlite/training/freeze";
import { parseRecipe } from "@radlite/training/recipes";
import { expect, test } from "vitest";
import { createStage } from "../../../training/compression/index.ts";
import { tuneNetwork } from "../../../training/compression/tuning.ts";
import { buildSmallGraph, drawFitData, drawValues } from "../networks.ts";

const CONTEXT = { loss: { classWeights: [1, 1], labelSmoothing: 0 } };
const DATA = drawFitData(8, { steps: 4, batch: 16 });

const graph = buildSmallGraph(8);
const network = freezeGraph(graph, drawValues(graph, 41));
const teacher = thawNetwork(freezeGraph(graph, drawValues(graph, 77)));

/** The same batches with a teacher's answers. */
function teach(weight: number, { graph, values } = teacher): FitData {
  return {
    ...DATA,
    async batch(epoch, step) {
      const batch = await DATA.batch(epoch, step);
      const logits = computeLogits(graph, values, batch);
      return { ...batch, teacher: { logits, temperature: 2, weight } };
    },
  };
}

const [STAGES] = [
  `
name: test
description: Every stage that trains.
architecture: { family: residual, stem: { width: 3 }, body: [{ width: 4 }] }
input: { size: 16 }
fit: { epochs: 1 }
stages:
  - { name: prune, sparsity: 0.5, epochs: 1, ramp: 0 }
  - { name: prune, unit: filter, sparsity: 0.25, epochs: 1, ramp: 0 }
  - { name: factor, ranks: "energy:0.6", epochs: 1 }
  - { name: cluster, bits: 2, epochs: 4, rate: 0.001 }
  - { name: quantise, bits: 4, epochs: 1, rate: 0.01 }
  - { name: miracle, bytes: 100, bits: 8, warmup: 1, epochs: 1, settle: 0 }
`,
].map((source) => parseRecipe(source, "test.yaml").stages);

test.each(STAGES!.map((stage) => [stage.name, stage] as const))(
  "%s learns from the teacher too, and from the labels alone where they have all the weight",
  async (_, recipe) => {
    const apply = async (data: FitData) =>
      encodeNetwork((await createStage(recipe).apply(network, data, CONTEXT)).network);

    const parent = thawNetwork(network); // whose answers cluster wants to keep
    const [plain, byLabels, taught] = [
      await apply(DATA),
      await apply(teach(1, parent)),
      await apply(teach(0, parent)),
    ];

    expect(byLabels).toEqual(plain);
    expect(taught).not.toEqual(plain);
  },
);

test("fine-tuning by the teacher alone goes towards what it says, whatever the labels are", async () => {
  const data = teach(0);
  const flipped = {
    ...data,
    async batch(epoch: number, step: number) {
      const batch = await data.batch(epoch, step);
      return { ...batch, labels: batch.labels.map((label) => 1 - label) };
    },
  };
  const distance = (of: typeof network) => {
    const { graph, values } = thawNetwork(of);
    const own = computeLogits(graph, values, DATA.validation);
    const theirs = computeLogits(teacher.graph, teacher.values, DATA.validation);
    return own.reduce((sum, logit, at) => sum + (logit - theirs[at]!) ** 2, 0);
  };

  const options = { stage: "any", epochs: 4, rate: 0.01, settled: 4 };
  const [tuned, other] = [
    await tuneNetwork(network, data, options, CONTEXT),
    await tuneNetwork(network, flipped, options, CONTEXT),
  ];

  expect(distance(tuned.network)).toBeLessThan(0.5 * distance(network));
  expect(encodeNetwork(other.network)).toEqual(encodeNetwork(tuned.network));
});
