import { existsSync } from "node:fs";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { open } from "@radlite/model/format";
import { digestOf, readBundle, type VersionFacts } from "@radlite/registry/bundle";
import { registerBundle } from "@radlite/registry/commands";
import { openRegistry } from "@radlite/registry/log";
import { memoryStore } from "@radlite/registry/store";
import { type CompressOptions, compressModel } from "@radlite/training/compress";
import { parseRecipe, reseed } from "@radlite/training/recipes";
import { type Progress, trainRecipe } from "@radlite/training/run";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StartModel } from "../../../training/runs/start-model.ts";
import { openTemporaryFolder, patients, type TemporaryFolder, writeClasses } from "../data/folders.ts";

const SOURCE = `
name: tiny
description: Seconds from files to a bundle.
architecture:
  family: residual
  stem: { width: 8 }
  body: [{ width: 8 }, { width: 12 }]
input: { size: 16 }
validation: { fraction: 0.25 }
fit: { epochs: 3, batch: 16, rate: 0.01 }
augment: { shift: 0.1 }
`;

const STAGES = [
  "  - { name: prune, sparsity: 0.6, epochs: 2 }",
  "  - { name: cluster, bits: 4, epochs: 1 }",
  "  - { name: range }",
];

const withStages = (stages: readonly string[], source = SOURCE) => {
  const text = `${source}stages:\n${stages.join("\n")}\n`;
  return { recipe: parseRecipe(text, "tiny.yaml"), source: text };
};

let folder: TemporaryFolder;
let dataFolder: string;
let trained: string; // with its stages, and its float network in parent/
let start: StartModel; // that float network

beforeAll(async () => {
  folder = await openTemporaryFolder();
  dataFolder = join(folder.path, "data");
  await writeClasses(folder, "data", patients(40));
  trained = join(folder.path, "trained");
  await trainRecipe({ recipe: withStages(STAGES), dataFolder, outFolder: trained });
  start = { name: "tiny/parent", ...(await readBundle(join(trained, "parent"))) };
});

afterAll(() => folder.remove());

let outs = 0;
const nameOut = () => join(folder.path, `out-${++outs}`);

function compress(options: Partial<CompressOptions> & { outFolder: string }) {
  return compressModel({ model: start, recipe: withStages(STAGES), dataFolder, ...options });
}

const digest = async (path: string) => digestOf(await readFile(path));

test("it comes to the file that training with the same stages makes, and says where it came from", async () => {
  const outFolder = nameOut();
  await compress({ outFolder });

  expect(await digest(join(outFolder, "model.rlm"))).toBe(await digest(join(trained, "model.rlm")));
  const [facts, wanted] = [await readBundle(outFolder), await readBundle(trained)].map(({ facts }) => facts);
  expect(facts).toEqual(wanted);
  expect(facts!.parent).toBe(digestOf(start.bytes));
  expect((await readBundle(join(outFolder, "parent"))).facts).toEqual(start.facts);
  expect(existsSync(`${outFolder}.partial`)).toBe(false);
  const registry = await openRegistry({ store: memoryStore() });
  await registerBundle(registry, outFolder, { actor: { name: "tester", role: "approver" } });
  expect(registry.state.models.get("chest-xray")!.versions.map(({ parent }) => parent)).toEqual([
    undefined,
    facts!.parent,
  ]);
});

test("a lone file that is not sealed will do; teacher and stages of a known model are carried on", async () => {
  const { networkBytes } = open(start.bytes);
  const lone = nameOut();
  await compress({ outFolder: lone, model: { name: "lone.rlm", bytes: networkBytes, evaluations: [] } });
  const taught = nameOut();
  const teacher = digestOf("teacher");
  const distilled = { name: "distil", options: { teachers: [teacher] }, summary: {} };
  const facts: VersionFacts = { ...start.facts!, teacher, stages: [distilled] };
  await compress({ outFolder: taught, model: { ...start, facts } });

  expect(await digest(join(lone, "model.rlm"))).toBe(await digest(join(trained, "model.rlm")));
  expect((await readBundle(lone)).facts.parent).toBe(digestOf(networkBytes));
  expect((await readBundle(taught)).facts).toMatchObject({
    teacher,
    stages: [distilled, { name: "prune" }, { name: "cluster" }, { name: "range" }],
  });
});

test("stages that change no value need no images: the answers are the parent's, the bytes fewer", async () => {
  const outFolder = nameOut();
  const clustered = nameOut();
  await compress({ outFolder: clustered, recipe: withStages([STAGES[1]!]) });
  const model = { name: "clustered", ...(await readBundle(clustered)) };

  await compress({ outFolder, model, recipe: withStages(["  - { name: range }"]), dataFolder: undefined });

  const made = await readBundle(outFolder);
  expect(made.bytes.length).toBeLessThan(model.bytes.length);
  expect(open(made.bytes).calibration).toEqual(open(model.bytes).calibration);
  expect(made.evaluations.map(({ cases }) => cases)).toEqual(model.evaluations.map(({ cases }) => cases));
  expect(made.evaluations[0]!.artifact).toBe(digestOf(made.bytes));
  expect(made.facts).toMatchObject({ parent: digestOf(model.bytes), trainedOn: model.facts!.trainedOn });
  await expect(compress({ outFolder: nameOut(), dataFolder: undefined })).rejects.toThrow(
    /^Stage prune looks at radiographs: .*--data/,
  );
});

test("pinned layers are spared by every stage", async () => {
  const outFolder = nameOut();
  await compress({ outFolder, pinned: [1] });

  const { bytes, recipe, facts } = await readBundle(outFolder);
  const { stages } = parseRecipe(recipe!, "recipe.yaml");
  expect(stages.map((stage) => ("pinned" in stage ? stage.pinned : undefined))).toEqual([
    [1],
    [1],
    undefined,
  ]);
  expect(facts.recipe.digest).toBe(digestOf(recipe!));
  const { network } = open(bytes);
  const [pinned, other] = [0, 2].map(
    (at) => network.tensors[(network.nodes[at] as { weights: number }).weights]!,
  );
  expect(pinned!.coding.kind).toBe("f16");
  expect([...pinned!.values].every((value) => value !== 0)).toBe(true);
  expect(other!.coding.kind).not.toBe("f16");
});

test("stopped after a stage and resumed it ends in the same file, and the stage does not run again", async () => {
  const outFolder = nameOut();
  const controller = new AbortController();
  const lines: string[] = [];
  const run = (resume: boolean) =>
    compress({
      outFolder,
      resume,
      ...(resume ? {} : { signal: controller.signal }),
      onProgress: (event) => {
        if (event.kind !== "note") return;
        lines.push(event.text);
        if (event.text === "cluster …") controller.abort(new Error("stopped"));
      },
    });
  await expect(run(false)).rejects.toThrow("stopped");
  expect(existsSync(outFolder)).toBe(false);
  lines.length = 0;

  await run(true);

  expect(await digest(join(outFolder, "model.rlm"))).toBe(await digest(join(trained, "model.rlm")));
  expect(lines).toContain("going on after stage 1 of 3");
  expect(lines.some((line) => line.startsWith("prune"))).toBe(false);
});

test("stopped within a stage it is not begun anew by accident, and goes on in that stage; finished, it is left alone", async () => {
  const outFolder = nameOut();
  const controller = new AbortController();
  const lines: string[] = [];
  const run = (beginning: Partial<CompressOptions>) =>
    compress({
      outFolder,
      ...beginning,
      onProgress: (event) => {
        if (event.kind !== "note") return;
        lines.push(event.text);
        if (event.text.startsWith("prune: epoch 1 of 2")) controller.abort(new Error("stopped"));
      },
    });
  await expect(run({ signal: controller.signal })).rejects.toThrow("stopped");

  await expect(run({})).rejects.toMatchObject({
    code: "CONFLICT",
    message: expect.stringMatching(/--resume.*--fresh/),
  });
  lines.length = 0;
  await run({ resume: true });

  expect(await digest(join(outFolder, "model.rlm"))).toBe(await digest(join(trained, "model.rlm")));
  expect(lines).toContain("prune goes on where it was stopped …");
  expect(lines.some((line) => line.startsWith("prune: epoch 1"))).toBe(false);
  const evidence = await digest(join(outFolder, "validation.json"));
  lines.length = 0;
  await run({ resume: true });
  expect(lines).toEqual(["it is finished already"]);
  expect(await digest(join(outFolder, "validation.json"))).toBe(evidence);
});

test("another seed draws the stages anew, and does not go on from what the recipe's own has left", async () => {
  const { recipe, source } = withStages(["  - { name: prune, epochs: 1 }", "  - { name: range }"]);
  const [plain, fresh, resumed] = [nameOut(), nameOut(), nameOut()];
  const other = { recipe: reseed(recipe, 7), source };
  const controller = new AbortController();
  const stop = (event: Progress) => {
    if (event.kind === "note" && event.text === "range …") controller.abort(new Error("stopped"));
  };
  await expect(
    compress({
      ...{ outFolder: resumed, recipe: { recipe, source }, signal: controller.signal, onProgress: stop },
    }),
  ).rejects.toThrow("stopped");

  await compress({ outFolder: plain, recipe: { recipe, source } });
  await compress({ outFolder: fresh, recipe: other });
  await compress({ outFolder: resumed, recipe: other, resume: true });

  const [one, two, three] = await Promise.all([plain, fresh, resumed].map(readBundle));
  expect([one!.facts.seed, two!.facts.seed]).toEqual([1, 7]);
  expect(two!.facts.sha256).not.toBe(one!.facts.sha256);
  expect(three!.facts).toEqual(two!.facts);
  expect(two!.facts.recipe.digest).toBe(digestOf(source));
});

describe("what cannot be done says so, and the bundle that was there stays as it was", () => {
  const cases: [string, () => Promise<Partial<CompressOptions>>, { code: string; message: RegExp }][] = [
    [
      "a damaged file",
      async () => ({
        model: { ...start, bytes: start.bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte)) },
      }),
      { code: "BAD_ARTIFACT", message: /^tiny\/parent: model file has checksum/ },
    ],
    [
      "a file that is no model",
      async () => ({ model: { ...start, bytes: await readFile("package.json") } }),
      { code: "BAD_ARTIFACT", message: /^tiny\/parent: not a Radlite model/ },
    ],
    [
      "a rank that a layer cannot have",
      async () => ({ recipe: withStages(["  - { name: factor, layers: [{ layer: 3, ranks: [99, 99] }] }"]) }),
      { code: "BAD_INPUT", message: /layer 3 .*99/ },
    ],
    [
      "a budget of the recipe that does not hold",
      async () => ({
        recipe: withStages(["  - { name: prune, sparsity: 0.98, epochs: 0, ramp: 0, maxDrop: 0.001 }"]),
      }),
      { code: "REFUSED", message: /^Stage prune lost \d+\.\d+ points/ },
    ],
    [
      "a budget for all stages that does not hold",
      async () => ({
        recipe: withStages(["  - { name: prune, sparsity: 0.98, epochs: 0, ramp: 0 }"]),
        maxDrop: 0.001,
      }),
      { code: "REFUSED", message: /^The stages up to prune lost \d+\.\d+ points/ },
    ],
    [
      "borders that only the recipe cuts away",
      async () => ({ recipe: withStages(STAGES, SOURCE.replace("input: { ", "input: { trim: true, ")) }),
      { code: "BAD_INPUT", message: /borders kept, .* the recipe's .* borders trimmed/ },
    ],
    [
      "another architecture",
      async () => ({ recipe: withStages(STAGES, SOURCE.replace("{ width: 12 }", "{ width: 16 }")) }),
      {
        code: "BAD_INPUT",
        message: /^tiny\/parent is not of the architecture .* layer 9 is Conv of weights/,
      },
    ],
    [
      "another input",
      async () => ({ recipe: withStages(STAGES, SOURCE.replace("size: 16", "size: 32")) }),
      { code: "BAD_INPUT", message: /it reads 16 x 16 x 1, .* the recipe's 32 x 32 x 1/ },
    ],
    [
      "a recipe without stages",
      async () => ({ recipe: { recipe: parseRecipe(SOURCE, "tiny.yaml"), source: SOURCE } }),
      { code: "BAD_INPUT", message: /no stages/ },
    ],
    [
      "a validation part that the model was trained on",
      async () => ({ recipe: withStages(STAGES, SOURCE.replace("0.25", "0.25, seed: 7")) }),
      { code: "BAD_INPUT", message: /was trained on \d+ other images/ },
    ],
    [
      "a pin where a stage codes all layers together",
      async () => ({ recipe: withStages([...STAGES.slice(0, 1), "  - { name: miracle }"]), pinned: [1] }),
      { code: "BAD_INPUT", message: /stage miracle codes all layers together/ },
    ],
  ];

  test.each(cases)("%s", async (_name, options, { code, message }) => {
    const outFolder = nameOut();
    await cp(trained, outFolder, {
      recursive: true,
      filter: (path) => !path.endsWith("checkpoint.bin"),
    });
    const before = await digest(join(outFolder, "model.rlm"));

    await expect(compress({ outFolder, ...(await options()) })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });

    expect(await digest(join(outFolder, "model.rlm"))).toBe(before);
    expect((await readBundle(outFolder)).facts.sha256).toBe(before);
    expect(digestOf(start.bytes)).toBe(await digest(join(trained, "parent", "model.rlm")));
  });

  test("no bits at all are refused with the recipe's line", () => {
    expect(() => withStages(["  - { name: cluster, bits: 0 }"])).toThrow(
      /stages\[0\]\.bits is 0; allowed: a whole number from 1 to 8/,
    );
  });

  test("a folder with something else in it", async () => {
    const outFolder = nameOut();
    await cp(trained, outFolder, { recursive: true });
    await writeFile(join(outFolder, "diary.txt"), "dear");

    await expect(compress({ outFolder })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/holds (diary\.txt|checkpoint\.bin), which is no part of a bundle/),
    });
    expect(await readFile(join(outFolder, "diary.txt"), "utf8")).toBe("dear");
  });
});
