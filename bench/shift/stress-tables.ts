/** Tables of radiographs taken otherwise: how well a network does over all changes, and the errors at each. */
import { number } from "../serving/report.ts";
import type { ModelResult, Result } from "./results.ts";
import { scoreStresses } from "./score.ts";
import { STRESSES, type Stress, type Stressed } from "./stress.ts";

const CHANGES = Object.keys(STRESSES) as Stress[];
const COLUMNS = ["mean", "shape", "worst", ...CHANGES];

/** A line a variant, its seeds together. */
export function tabulateTrials(results: readonly Result[]): string[][] {
  const own = results.filter(({ stressed }) => stressed !== undefined);
  const names = [...new Set(own.map(({ variant }) => variant))];
  const lines = names.map((name) => {
    const seeds = own.filter(({ variant }) => variant === name).map(({ stressed }) => stressed!);
    return [name, ...describe(average(seeds))];
  });
  return [["", ...COLUMNS], ...lines];
}

/** The smallest first. */
export function tabulateModels(models: readonly ModelResult[]): string[][] {
  const lines = models
    .toSorted((a, b) => a.sizeBytes - b.sizeBytes)
    .map(({ model, sizeBytes, stressed }) => [model, `${sizeBytes}`, ...describe(stressed)]);
  return [["", "bytes", ...COLUMNS], ...lines];
}

/** The three scores, then specificity / sensitivity of each, in percent. */
function describe(stressed: Stressed): string[] {
  const { mean, shape, worst } = scoreStresses(stressed);
  const rates = CHANGES.map((stress) => stressed[stress].map((rate) => number(100 * rate, 0)).join(" / "));
  return [...[mean, shape, worst].map((score) => number(100 * score)), ...rates];
}

function average(seeds: readonly Stressed[]): Stressed {
  const mean = (stress: Stress, at: 0 | 1) =>
    seeds.reduce((sum, stressed) => sum + stressed[stress][at], 0) / seeds.length;
  const means = CHANGES.map((stress) => [stress, [mean(stress, 0), mean(stress, 1)]]);
  return Object.fromEntries(means) as Stressed;
}
