import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeNetwork, open, seal } from "@radlite/model/format";
import type { Evaluation, VersionFacts } from "@radlite/registry/bundle";
import { loadTrainingData } from "@radlite/training/data";
import { evaluateInputs } from "@radlite/training/evaluation";
import { freezeGraph } from "@radlite/training/freeze";
import { parseRecipe } from "@radlite/training/recipes";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundleRun, type FinishedVersion } from "../../../training/runs/bundle.ts";
import { resealBundle } from "../../../training/runs/reseal.ts";
import { openTemporaryFolder, type TemporaryFolder, writeClasses } from "../data/folders.ts";
import { buildSmallGraph, drawValues } from "../networks.ts";

const SOURCE = `
name: sealed
description: A network that was never trained.
architecture: { family: residual, stem: { width: 3 }, body: [{ width: 4 }] }
input: { size: 16 }
validation: { fraction: 0.4 }
fit: { epochs: 1 }
threshold: youden
`;

let folder: TemporaryFolder;
let data: string;

beforeEach(async () => {
  folder = await openTemporaryFolder();
  data = join(folder.path, "data");
  await writeClasses(folder, "data/train", {
    NORMAL: ["IM-1-1.jpeg", "IM-2-1.jpeg", "IM-3-1.jpeg", "IM-4-1.jpeg"],
    PNEUMONIA: ["person1_virus_1.jpeg", "person2_virus_2.jpeg", "person3_virus_3.jpeg"],
  });
  await writeClasses(folder, "data/test", { NORMAL: ["IM-9-1.jpeg"], PNEUMONIA: ["person9_virus_9.jpeg"] });
});
afterEach(() => folder.remove());

/** Sealed with numbers that no calibration would give. */
async function writeSealed(): Promise<string> {
  const loaded = await loadTrainingData(data, parseRecipe(SOURCE, "sealed.yaml"));
  const finish = async (seed: number): Promise<FinishedVersion> => {
    const graph = buildSmallGraph(16);
    const artifact = seal(encodeNetwork(freezeGraph(graph, drawValues(graph, seed))), {
      temperature: 3,
      threshold: 0.125,
      thresholdRule: { kind: "half" },
      validation: { truePositives: 1, falseNegatives: 0, trueNegatives: 1, falsePositives: 0 },
      validationAuc: 1,
    });
    return {
      artifact,
      stages: [],
      evaluations: [await evaluateInputs(artifact, loaded.validation, { set: "validation" })],
    };
  };
  const bundle = join(folder.path, "bundle");
  const facts = {
    loaded: { recipe: parseRecipe(SOURCE, "sealed.yaml"), source: SOURCE },
    data: loaded,
    backend: "none",
  };
  await bundleRun(bundle, await finish(1), facts, await finish(2));
  return bundle;
}

const reseal = async (bundle: string, tags?: Record<string, string>) => {
  const lines: string[] = [];
  for await (const line of resealBundle(bundle, data, tags)) lines.push(line);
  return lines;
};

const readModel = (bundle: string) => readFile(join(bundle, "model.rlm"));
const readJson = async <T>(...path: string[]) => JSON.parse(await readFile(join(...path), "utf8")) as T;

test("the network stays, calibration and evidence are new, and the parent's digest is followed", async () => {
  const bundle = await writeSealed();
  const before = open(await readModel(bundle));

  const lines = await reseal(bundle, { testLooks: "2" });

  const after = open(await readModel(bundle));
  expect(after.networkBytes).toEqual(before.networkBytes);
  expect(after.calibration!.thresholdRule).toEqual({ kind: "youden" });
  expect(after.calibration!.temperature).not.toBe(3);
  expect(after.calibration!.review).toMatchObject({ coverage: 0.95 }); // what a recipe from before it means
  const parentModel = open(await readModel(join(bundle, "parent")));
  expect(parentModel.calibration!.review).toMatchObject({ coverage: 0.95 });
  const version = await readJson<VersionFacts>(bundle, "version.json");
  const parent = await readJson<VersionFacts>(bundle, "parent", "version.json");
  expect(version).toMatchObject({ parent: parent.sha256, tags: { testLooks: "2" }, backend: "none" });
  for (const set of ["validation", "stress", "test"]) {
    const evaluation = await readJson<Evaluation>(bundle, `${set}.json`);
    expect(evaluation).toMatchObject({
      artifact: version.sha256,
      threshold: after.calibration!.threshold,
      thresholdRule: "youden",
    });
  }
  expect(lines).toHaveLength(6);
  expect(lines[0]).toContain(join(bundle, "parent"));
});

test("done again it changes no byte of the models", async () => {
  const bundle = await writeSealed();
  await reseal(bundle);
  const [once, parentOnce] = [await readModel(bundle), await readModel(join(bundle, "parent"))];

  await reseal(bundle);

  expect(await readModel(bundle)).toEqual(once);
  expect(await readModel(join(bundle, "parent"))).toEqual(parentOnce);
});

test("a folder with other training images is refused", async () => {
  const bundle = await writeSealed();
  await writeClasses(folder, "data/train", { NORMAL: ["IM-5-1.jpeg", "IM-6-1.jpeg"], PNEUMONIA: [] });
  const before = await readModel(bundle);

  await expect(reseal(bundle)).rejects.toThrow(/other images than the \d+ of .*data/);
  expect(await readModel(bundle)).toEqual(before);
});
