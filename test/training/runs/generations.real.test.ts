import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { VersionFacts } from "@radlite/registry/bundle";
import { parseRecipe, reseed } from "@radlite/training/recipes";
import { type OnProgress, openTeacher, type Progress, trainRecipe } from "@radlite/training/run";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTemporaryFolder, patients, type TemporaryFolder, writeClasses } from "../data/folders.ts";

const PLAIN = `
name: again
description: A network that learns from itself.
architecture: { family: residual, stem: { width: 4 }, body: [{ width: 6 }] }
input: { size: 16 }
validation: { fraction: 0.25 }
fit: { epochs: 3, batch: 16, rate: 0.01, seed: 7 }
`;
const AGAIN = `${PLAIN}
distil: { teacher: itself, generations: 2, weight: 0.3, hints: [{ weight: 0.5 }] }
stages: [{ name: cluster, bits: 3, epochs: 1 }]
`;

let folder: TemporaryFolder;
let dataFolder: string;
let whole: string;
const seen: Progress[] = [];

beforeAll(async () => {
  folder = await openTemporaryFolder();
  dataFolder = join(folder.path, "data");
  for (const part of ["train", "test"]) {
    await writeClasses(folder, `data/${part}`, patients(32));
  }
  whole = await train(AGAIN, "whole", { onProgress: (one) => seen.push(one) });
});
afterAll(() => folder.remove());

interface Options {
  seed?: number;
  teacher?: string;
  resume?: boolean;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

async function train(source: string, name: string, { seed, teacher, ...rest }: Options = {}) {
  const recipe = parseRecipe(source, "again.yaml");
  const teachers = teacher ? [openTeacher(await readFile(join(teacher, "model.rlm")), teacher)] : undefined;
  const { bundle } = await trainRecipe({
    recipe: { recipe: seed === undefined ? recipe : reseed(recipe, seed), source },
    dataFolder,
    outFolder: join(folder.path, name),
    ...(teachers ? { teachers } : {}),
    ...rest,
  });
  return bundle;
}

async function digest(bundle: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(join(bundle, "model.rlm")))
    .digest("hex");
}

async function readFacts(bundle: string): Promise<VersionFacts> {
  return JSON.parse(await readFile(join(bundle, "version.json"), "utf8")) as VersionFacts;
}

test("the first learns from the labels alone, of the seed behind the recipe's", async () => {
  const plain = await train(PLAIN, "plain", { seed: 8 });

  expect(await digest(join(whole, "generation-0"))).toBe(await digest(plain));
  expect(await readFacts(join(whole, "generation-0"))).toMatchObject({ seed: 8, stages: [] });
});

test("each learns from the one before, and the last as from a teacher that is given", async () => {
  const taught = await train(AGAIN, "taught", { teacher: join(whole, "generation-1") });

  expect(await digest(whole)).toBe(await digest(taught));
  const lineage = [whole, join(whole, "generation-1"), join(whole, "generation-0")];
  const facts = await Promise.all(lineage.map(readFacts));
  expect(facts.map(({ seed }) => seed)).toEqual([7, 9, 8]);
  expect(facts.map(({ teacher }) => teacher)).toEqual([
    await digest(lineage[1]!),
    await digest(lineage[2]!),
    undefined,
  ]);
  expect(facts[0]!.stages.map(({ name }) => name)).toEqual(["distil", "cluster"]);
  expect(facts[0]!.stages[0]!.options).toEqual({
    teachers: [facts[1]!.sha256],
    temperature: 2,
    weight: 0.3,
    hints: [{ weight: 0.5 }],
  });
  expect(facts[1]!.stages.map(({ name }) => name)).toEqual(["distil"]);
});

test("epochs count over all generations, and only the last is tried on the test set", () => {
  const epochs = seen.flatMap((one) => (one.kind === "epoch" ? [`${one.epoch}/${one.epochs}`] : []));

  expect(epochs).toEqual(Array.from({ length: 9 }, (_, at) => `${at + 1}/9`));
  expect(existsSync(join(whole, "test.json"))).toBe(true);
  expect(existsSync(join(whole, "generation-1", "validation.json"))).toBe(true);
  expect(existsSync(join(whole, "generation-0", "test.json"))).toBe(false);
  expect(existsSync(join(whole, "generation-1", "test.json"))).toBe(false);
});

test("stopped in a generation and resumed, it ends in the same bytes and repeats none that was done", async () => {
  const controller = new AbortController();
  const stop: OnProgress = (one) => {
    if (one.kind === "step" && one.epoch === 5 && one.step === 2) controller.abort(new Error("stop"));
  };
  await expect(train(AGAIN, "stopped", { signal: controller.signal, onProgress: stop })).rejects.toThrow(
    "stop",
  );
  const repeated: string[] = [];

  const resumed = await train(AGAIN, "stopped", {
    resume: true,
    onProgress: (one) => void (one.kind === "epoch" && repeated.push(`${one.epoch}/${one.epochs}`)),
  });

  expect(await digest(resumed)).toBe(await digest(whole));
  expect(await digest(join(resumed, "parent"))).toBe(await digest(join(whole, "parent")));
  expect(repeated).toEqual(["5/9", "6/9", "7/9", "8/9", "9/9"]);
});

test("hints that weigh nothing give the bytes of a recipe without; others do not", async () => {
  const teach = (hints: string, name: string) =>
    train(`${PLAIN}\ndistil: { teacher: any, weight: 0.3${hints} }\n`, name, {
      teacher: join(whole, "generation-0"),
    });

  const [without, weightless, hinted] = [
    await digest(await teach("", "without")),
    await digest(await teach(", hints: [{ weight: 0 }]", "weightless")),
    await digest(await teach(", hints: [{ weight: 1 }]", "hinted")),
  ];

  expect(weightless).toBe(without);
  expect(hinted).not.toBe(without);
});
