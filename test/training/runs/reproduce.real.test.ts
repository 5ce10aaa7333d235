/** A recipe trained again: the same bytes here, image by image compared, and refused on other images. */
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Evaluation, readBundle } from "@radlite/registry/bundle";
import { parseRecipe } from "@radlite/training/recipes";
import { compareEvaluations, reproduceModel } from "@radlite/training/reproduce";
import { openTeacher, trainRecipe } from "@radlite/training/run";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StartModel } from "../../../training/runs/start-model.ts";
import { openTemporaryFolder, patients, type TemporaryFolder, writeClasses } from "../data/folders.ts";
import { tinyRecipe } from "../tiny-recipe.ts";

const SOURCE = tinyRecipe(2, ["{ name: cluster, bits: 4, epochs: 1 }"]);

let folder: TemporaryFolder;
let dataFolder: string;
let model: StartModel;

beforeAll(async () => {
  folder = await openTemporaryFolder();
  dataFolder = join(folder.path, "data");
  await writeClasses(folder, "data/train", patients(20));
  await writeClasses(folder, "data/test", patients(6, 20));
  const outFolder = join(folder.path, "first");
  const recipe = { ...parseRecipe(SOURCE, "tiny.yaml") };
  await trainRecipe({
    recipe: { recipe: { ...recipe, fit: { ...recipe.fit, seed: 5 } }, source: SOURCE },
    dataFolder,
    outFolder,
  });
  model = { name: "tiny", ...(await readBundle(outFolder)) };
});

afterAll(() => folder.remove());

let outs = 0;
const nextOut = () => join(folder.path, `again-${outs++}`);

test("stopped after an epoch and resumed, it gives the same file with the model's own seed, and no verdict differs", async () => {
  const outFolder = nextOut();
  const stop = new AbortController();
  const stopped = reproduceModel({
    model,
    dataFolder,
    outFolder,
    signal: stop.signal,
    onProgress: ({ kind }) => {
      if (kind === "epoch") stop.abort(new Error("stopped"));
    },
  });
  await expect(stopped).rejects.toThrow("stopped");
  const events: string[] = [];

  const reproduction = await reproduceModel({
    ...{ model, dataFolder, outFolder, resume: true },
    onProgress: ({ kind }) => void events.push(kind),
  });

  expect(events).toContain("epoch");
  expect(reproduction).toMatchObject({
    ...{ bundle: outFolder, model: "tiny", seed: 5, isSame: true },
    first: { sha256: model.facts!.sha256, bytes: model.bytes.length },
    second: { sha256: model.facts!.sha256, bytes: model.bytes.length },
    sets: {
      validation: { n: 10, flipped: 0, mcnemar: { onlyFirst: 0, onlySecond: 0, pValue: 1 } },
      test: { n: 12, flipped: 0, mcnemar: { onlyFirst: 0, onlySecond: 0, pValue: 1 } },
    },
    notCompared: { stress: "its cases are the same radiographs several times" },
  });
  const { first, second } = reproduction.sets.test!;
  expect(second).toEqual(first);
});

test("of a float network that stages started from, the float one of the new bundle is held against it", async () => {
  const parent = { name: "tiny/parent", ...(await readBundle(join(folder.path, "first/parent"))) };
  const outFolder = nextOut();

  const reproduction = await reproduceModel({ model: parent, dataFolder, outFolder });

  expect(reproduction).toMatchObject({ isSame: true, bundle: join(outFolder, "parent") });
  expect(reproduction.second.sha256).toBe(parent.facts.sha256);
  expect(reproduction.sets.test).toMatchObject({ n: 12, flipped: 0 });
});

test("neither an edited recipe nor the model's own folder is taken, and both stay as they are", async () => {
  const own = join(folder.path, "first");
  const edited = { ...model, recipe: SOURCE.replace("epochs: 2", "epochs: 3") };
  const named = { ...model, folder: own };

  await expect(reproduceModel({ model: edited, dataFolder, outFolder: nextOut() })).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(/the recipe that lies beside tiny is not the one that made it/),
  });
  for (const one of [named, { ...named, folder: join(own, "parent") }]) {
    await expect(reproduceModel({ model: one, dataFolder, outFolder: own })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/first holds tiny itself, which the new bundle would replace/),
    });
  }
  expect((await readBundle(own)).facts).toEqual(model.facts);
});

test("another data set is refused by the digests of its split, before anything is trained", async () => {
  const other = join(folder.path, "other");
  await cp(dataFolder, other, { recursive: true });
  await rm(join(other, "train/NORMAL/IM-1003-0001.jpeg"));
  const outFolder = nextOut();
  const events: string[] = [];

  const refused = reproduceModel({
    ...{ model, dataFolder: other, outFolder },
    onProgress: ({ kind }) => void events.push(kind),
  });

  await expect(refused).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(
      /other is another data set: recipe tiny takes \d+ training images from it \(digest [0-9a-f]{12}…\), and tiny was trained on 30 \([0-9a-f]{12}…\)/,
    ),
  });
  expect(events).not.toContain("epoch");
});

test("what is not known cannot be trained again", async () => {
  const lone = { name: "lone.rlm", bytes: model.bytes, evaluations: [] };
  const { recipe: _, ...unsaid } = model;

  const options = { dataFolder, outFolder: nextOut() };

  await expect(reproduceModel({ ...options, model: lone })).rejects.toThrow(
    /lone\.rlm comes without where it/,
  );
  await expect(reproduceModel({ ...options, model: unsaid })).rejects.toThrow(
    /without the text of its recipe/,
  );
});

test("a model that learnt from others than are given is refused by their digests", async () => {
  const source = `${SOURCE}distil: { teacher: residual-32 }\n`;
  const outFolder = join(folder.path, "student");
  const teacher = openTeacher(model.bytes, "tiny");
  const recipe = { recipe: parseRecipe(source, "student.yaml"), source };
  await trainRecipe({ recipe, dataFolder, outFolder, teachers: [teacher] });
  const student = { name: "student", ...(await readBundle(outFolder)) };

  const options = { model: student, dataFolder, outFolder: nextOut() };

  await expect(reproduceModel(options)).rejects.toThrow(
    new RegExp(
      `student learnt from other teachers \\(${teacher.sha256.slice(0, 12)}…\\) than its recipe names`,
    ),
  );
  await expect(reproduceModel({ ...options, teachers: [teacher] })).resolves.toMatchObject({ isSame: true });
});

test("verdicts that differ are counted image by image, whatever their order, each at its own threshold", () => {
  const [validation] = model.evaluations.filter(({ set }) => set === "validation");
  const [one, other] = [false, true].map((isOther): Evaluation => {
    const cases = validation!.cases.map((item, at) => {
      const isRight = isOther ? at >= 3 : at !== 9; // the other alone is wrong of three, the first alone of one
      return { ...item, probability: isRight === (item.label === "PNEUMONIA") ? 0.7 : 0.3 };
    });
    return { ...validation!, threshold: 0.5, cases: isOther ? cases.reverse() : cases };
  });

  const { sets } = compareEvaluations([one!], [other!]);

  expect(sets.validation).toMatchObject({
    ...{ n: 10, flipped: 4, mcnemar: { onlyFirst: 3, onlySecond: 1, pValue: 0.625 } },
    first: { accuracy: { value: 0.9 } },
    second: { accuracy: { value: 0.7 } },
  });
});

test("a set that the folder has no radiographs of, or others, is named and not compared", () => {
  const [validation] = model.evaluations;
  const other = { ...validation!, images: "0".repeat(64) };

  expect(compareEvaluations([validation!], []).notCompared).toEqual({
    [validation!.set]: "the data folder has no such radiographs",
  });
  expect(compareEvaluations([validation!], [other])).toEqual({
    sets: {},
    notCompared: { [validation!.set]: "the data folder has other radiographs" },
  });
});
