import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Result } from "../../../bench/shift/results.ts";
import { addToStudy, readStudy } from "../../../bench/shift/store.ts";
import type { Split } from "../../../bench/shift/trial.ts";

const FIGURES = { auc: 0.9, accuracy: 0.8, sensitivity: 0.7, specificity: 0.9 };
const result = (variant: string, split: Split, seed: number, part: Partial<Result> = {}): Result => ({
  variant,
  split,
  seed,
  inner: FIGURES,
  judged: FIGURES,
  normals: 0.9,
  ...part,
});
const name = ({ variant, rule, split, seed }: Result) =>
  [variant, ...(rule ? [rule] : []), split, seed].join(" ");

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "radlite-store-"));
  path = join(folder, "results.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

it("keeps what was not measured again, whatever is added", () => {
  const stressed = { model: "small", sizeBytes: 9, stressed: {} as never };
  addToStudy(path, { trials: [result("mixup", "stretch", 1)], models: [stressed] });
  addToStudy(path, { trials: [result("base", "bytes", 1)], models: [] });
  addToStudy(path, { trials: [], models: [{ ...stressed, model: "large" }] });

  const { trials, models } = readStudy(path);
  expect(trials.map(name)).toEqual(["base bytes 1", "mixup stretch 1"]);
  expect(models.map(({ model }) => model)).toEqual(["small", "large"]);
});

it("replaces one of the same variant, rule, split and seed alone", () => {
  const others = [
    result("base", "stretch", 2),
    result("base", "bytes", 1),
    result("base", "stretch", 1, { rule: "youden" }),
  ];
  addToStudy(path, { trials: [result("base", "stretch", 1), ...others], models: [] });
  addToStudy(path, { trials: [result("base", "stretch", 1, { normals: 0.5 })], models: [] });

  const { trials } = readStudy(path);
  expect(trials).toHaveLength(4);
  expect(trials.filter(({ normals }) => normals === 0.5).map(name)).toEqual(["base stretch 1"]);
});

it("puts variants in their order, then seeds and splits, and what was combined last", () => {
  const trials = [
    result("base, mean logit of 2 seeds", "bytes", 0),
    result("base", "bytes", 1, { rule: "youden" }),
    result("noise", "bytes", 1),
    result("base", "bytes", 2),
    result("base", "stretch", 1),
    result("base", "bytes", 1),
  ];
  addToStudy(path, { trials, models: [] });

  expect(readStudy(path).trials.map(name)).toEqual([
    "base bytes 1",
    "base stretch 1",
    "base bytes 2",
    "noise bytes 1",
    "base youden bytes 1",
    "base, mean logit of 2 seeds bytes 0",
  ]);
});

it("leaves a line a result and nothing beside", () => {
  addToStudy(path, { trials: [result("base", "bytes", 1), result("base", "bytes", 2)], models: [] });

  expect(readFileSync(path, "utf8").match(/\n/g)).toHaveLength(2);
  expect(readdirSync(folder)).toEqual(["results.jsonl"]);
});
