import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { crossFit } from "@radlite/training/cross-fit";
import { readCases } from "@radlite/training/evaluation";
import { parseRecipe } from "@radlite/training/recipes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../cli/program.ts";
import { openTemporaryFolder, type TemporaryFolder, writeClasses } from "../data/folders.ts";

const SOURCE = `
name: tiny
description: A second from files to cases.
architecture: { family: residual, stem: { width: 4 }, body: [{ width: 4 }] }
input: { size: 16 }
validation: { fraction: 0.25 }
fit: { epochs: 6, batch: 8, rate: 0.01, averaging: 0.9 }
groups: { retone: { chance: 0.5 }, balance: {} }
threshold: sensitivity:0.9
stages: [{ name: cluster, bits: 3, epochs: 1 }]
`;

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await openTemporaryFolder();
  const numbers = Array.from({ length: 24 }, (_, at) => at);
  await writeClasses(folder, "data", {
    NORMAL: numbers.map((at) => `IM-${1000 + (at >> 1)}-000${at % 2}.jpeg`),
    PNEUMONIA: numbers.map((at) => `person${at >> 1}_virus_${at}.jpeg`),
  });
});
afterAll(() => folder.remove());

const options = (out: string) => ({
  recipe: parseRecipe(SOURCE, "tiny.yaml"),
  dataFolder: join(folder.path, "data"),
  outFolder: join(folder.path, out),
  folds: 2,
  epochs: 3,
});

test("each image is judged once, and a run that was stopped goes on to the same cases", async () => {
  const whole = await crossFit(options("whole"));
  expect(whole.labels).toHaveLength(48);
  expect(whole.margins.every(Number.isFinite)).toBe(true);
  expect([0, 1].map((fold) => whole.fold.filter((one) => one === fold).length)).toEqual([24, 24]);
  expect(new Set(whole.margins).size).toBeGreaterThan(2);
  expect(await readCases(join(folder.path, "whole", "cases.json"))).toEqual(whole);

  const stop = new AbortController();
  let epochs = 0;
  const stopped = crossFit({
    ...options("stopped"),
    signal: stop.signal,
    onProgress: ({ kind }) => {
      if (kind === "epoch" && ++epochs === 4) stop.abort(new Error("stopped")); // in the second part
    },
  });
  await expect(stopped).rejects.toThrow("stopped");
  expect(await readdir(join(folder.path, "stopped"))).not.toContain("cases.json");
  let after = 0;
  const resumed = await crossFit({
    ...options("stopped"),
    onProgress: ({ kind }) => {
      if (kind === "epoch") after++;
    },
  });
  expect(resumed).toEqual(whole);
  expect(after).toBe(2);

  const other = { ...options("stopped"), epochs: 2 };
  await expect(crossFit(other)).rejects.toThrow(/belongs to another recipe/);
});

test("a recipe that learns from what has seen the patients is refused", async () => {
  const recipe = parseRecipe(`${SOURCE}distil: { teacher: residual-64 }\n`, "taught.yaml");
  expect(() => crossFit({ ...options("taught"), recipe })).toThrow(/has seen the patients/);
});

test("cases of other images are refused before the training, by the names of both", async () => {
  const other = await readCases(join(ROOT, "evidence/front/small.json"));
  const seen: string[] = [];
  const refused = crossFit({
    ...options("compared"),
    against: [other],
    onProgress: ({ kind }) => void seen.push(kind),
  });

  await expect(refused).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(/^small and tiny are not of the same images/),
  });
  expect(new Set(seen)).toEqual(new Set(["data"]));
});
