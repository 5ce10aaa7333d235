/**
 * The file of figures, a line a result: trials first, then models. What it holds outlives the logits in .cache, so
 * that a run adds to it and replaces only what it measured again. Runs side by side may share it: each reads it
 * at the last moment and puts a whole file in its place.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { PROPERTIES } from "../../training/recipes/properties.ts";
import type { ModelResult, Result, Study } from "./results.ts";
import type { Split } from "./trial.ts";
import { VARIANTS } from "./variants.ts";

export const SPLITS: readonly Split[] = ["patients", ...PROPERTIES];

export function readStudy(path: string): Study {
  if (!existsSync(path)) return { trials: [], models: [] };
  const lines = readFileSync(path, "utf8").trim().split("\n");
  const all = lines.map((line) => JSON.parse(line) as Result | ModelResult);
  return { trials: all.filter((one) => "variant" in one), models: all.filter((one) => "model" in one) };
}

export function addToStudy(path: string, { trials, models }: Study): void {
  const known = readStudy(path);
  const all = [
    ...merge(known.trials, trials, nameResult).toSorted(compareResults),
    ...merge(known.models, models, ({ model }) => model),
  ];
  writeWhole(path, all.map((one) => `${JSON.stringify(one)}\n`).join(""));
}

/** Never seen half written. */
export function writeWhole(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, path);
}

/** New ones take the place of their like, the others follow. */
function merge<One>(known: readonly One[], added: readonly One[], nameOf: (one: One) => string): One[] {
  const all = new Map([...known, ...added].map((one) => [nameOf(one), one]));
  return [...all.values()];
}

function nameResult({ variant, rule, split, seed }: Result): string {
  return JSON.stringify([variant, rule, split, seed]);
}

/** Trials in the order of the variants, then what was had from them together. */
function compareResults(a: Result, b: Result): number {
  const place = ({ variant, rule, split, seed }: Result) => {
    const isCombined = rule !== undefined || seed === 0;
    const at = VARIANTS.findIndex(({ name }) => name === variant);
    return [isCombined ? 1 : 0, at < 0 ? VARIANTS.length : at, seed, SPLITS.indexOf(split)];
  };
  const [left, right] = [place(a), place(b)];
  const at = left.findIndex((value, index) => value !== right[index]);
  return at < 0 ? 0 : left[at]! - right[at]!;
}
