import { join } from "node:path";
import { encodeNetwork } from "@radlite/model/format";
import {
  type BatchSource,
  loadTrainingData,
  openBatchSource,
  type TrainingData,
} from "@radlite/training/data";
import { computeLogits, runValues, tf, toInputs, toTensors } from "@radlite/training/fit";
import { freezeGraph, thawNetwork } from "@radlite/training/freeze";
import { parseRecipe } from "@radlite/training/recipes";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openTeacher } from "../../../training/distillation/teachers.ts";
import { openTeaching } from "../../../training/distillation/teaching.ts";
import { openTemporaryFolder, patients, type TemporaryFolder, writeClasses } from "../data/folders.ts";
import { buildSmallGraph, drawValues } from "../networks.ts";

const SOURCE = `
name: taught
description: A student at 16 pixels.
architecture: { family: residual, stem: { width: 3 }, body: [{ width: 4 }] }
input: { size: 16 }
validation: { fraction: 0.25 }
fit: { epochs: 1, batch: 4, seed: 5 }
distil: { teacher: residual-64, temperature: 3, weight: 0.2 }
augment: { shift: 0.1, rotate: 10, gamma: 0.3 }
`;
const RECIPE = parseRecipe(SOURCE, "taught.yaml");

let folder: TemporaryFolder;
let data: TrainingData;
let source: BatchSource;

beforeEach(async () => {
  folder = await openTemporaryFolder();
  vi.stubEnv("RADLITE_CACHE", join(folder.path, "cache"));
  await writeClasses(folder, "data", patients(8));
  data = await loadTrainingData(join(folder.path, "data"), RECIPE);
  source = await openBatchSource(data.train, RECIPE);
});
afterEach(async () => {
  await source.close();
  vi.unstubAllEnvs();
  await folder.remove();
});

function drawTeacher(side: number, seed: number) {
  const graph = buildSmallGraph(side);
  return openTeacher(encodeNetwork(freezeGraph(graph, drawValues(graph, seed))), "drawn");
}

test("the student's batches stay as they are, and teachers of any size answer to the same views", async () => {
  const teachers = [drawTeacher(16, 1), drawTeacher(24, 2)];
  const teaching = await openTeaching(RECIPE, teachers, { train: data.train, source });
  const batch = await teaching!.batch(1, 2);
  await teaching!.close();

  const plain = await source.batch(1, 2);
  expect(batch.inputs).toEqual(plain.inputs);
  expect(batch.labels).toEqual(plain.labels);
  expect(batch.teacher).toMatchObject({ temperature: 3, weight: 0.2 });
  // The same recipe at 24 pixels: batches of the same seed.
  const larger = { ...RECIPE, input: { ...RECIPE.input, size: 24 } };
  const { train } = await loadTrainingData(join(folder.path, "data"), larger);
  const largerSource = await openBatchSource(train, larger);
  const views = [plain, await largerSource.batch(1, 2)];
  await largerSource.close();
  expect(views[1]!.labels).toEqual(plain.labels);
  const own = teachers.map(({ network }, at) => {
    const { graph, values } = thawNetwork(network);
    return computeLogits(graph, values, views[at]!);
  });
  batch.teacher!.logits.forEach((logit, at) => {
    expect(logit).toBeCloseTo((own[0]![at]! + own[1]![at]!) / 2, 5);
  });
});

test("a teacher that sees plain images answers to those, whatever the student sees", async () => {
  const recipe = parseRecipe(SOURCE.replace("weight: 0.2", "weight: 0.2, sees: plain"), "plain.yaml");
  const teachers = [drawTeacher(16, 1)];
  const teaching = await openTeaching(recipe, teachers, { train: data.train, source });
  const batches = [await teaching!.batch(0, 1), await teaching!.batch(1, 2)];
  await teaching!.close();

  const { graph, values } = thawNetwork(teachers[0]!.network);
  const still = { ...recipe, augment: parseRecipe(SOURCE.replace(/augment:.*/, ""), "still.yaml").augment };
  const plainSource = await openBatchSource(data.train, still);
  const plain = [await plainSource.batch(0, 1), await plainSource.batch(1, 2)];
  await plainSource.close();
  for (const [at, { inputs, labels, teacher }] of batches.entries()) {
    expect(labels).toEqual(plain[at]!.labels);
    expect(inputs).not.toEqual(plain[at]!.inputs); // the student's are changed
    expect([...teacher!.logits]).toEqual(
      [...computeLogits(graph, values, plain[at]!)].map((logit) => expect.closeTo(logit, 5)),
    );
  }
});

test("hints are what the first teacher makes of the same views, for a student that is there to get them", async () => {
  const hints = "hints: [{ teacher: 2, student: 2, weight: 1 }]";
  const recipe = parseRecipe(SOURCE.replace("weight: 0.2", `weight: 0.2, ${hints}`), "hinted.yaml");
  const teachers = [drawTeacher(16, 1), drawTeacher(24, 2)];
  const graph = buildSmallGraph(16);
  const [toFit, toCompress] = [
    await openTeaching(recipe, teachers, { train: data.train, source, graph }),
    await openTeaching(recipe, teachers, { train: data.train, source }),
  ];
  const [features] = await toFit!.hints!.features(1, 2);
  await Promise.all([toFit!.close(), toCompress!.close()]);

  expect(toCompress!.hints).toBeUndefined();
  const { graph: thawed, values } = thawNetwork(teachers[0]!.network);
  const batch = await source.batch(1, 2);
  const expected = tf.tidy(() =>
    runValues(thawed, toTensors(thawed, values), toInputs(thawed, batch))[2]!.dataSync<"float32">(),
  );
  expect(features).toEqual(expected);
});

test("a recipe without teachers has no teaching", async () => {
  const { distil: _, ...plain } = RECIPE;

  expect(await openTeaching(plain, [], { train: data.train, source })).toBeUndefined();
});
