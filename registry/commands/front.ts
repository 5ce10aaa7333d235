/**
 * Registered versions by what they cost and what they are worth on one set, and which of them nothing else beats:
 * bytes, multiply-accumulates or measured milliseconds against accuracy and against AUC. Versions of one recipe
 * that differ in their seed alone can be one row, with mean and spread.
 */
import { findParetoFront, type Spread, summariseSpread } from "@radlite/model/statistics";
import type { JsonValue } from "@radlite/registry/bundle";
import type { Registry, Version } from "@radlite/registry/log";
import { readVersionFacts } from "./evidence.ts";
import { metricsOf, sampleOf, type VersionMetrics } from "./metrics.ts";
import { requireSet } from "./sets.ts";

export const FRONT_COSTS = ["bytes", "macs", "ms"] as const;

export type FrontCost = (typeof FRONT_COSTS)[number];

export interface FrontInput {
  /** Left out: versions of all models. */
  model?: string;
  on: string;
  by: FrontCost;
  /** Versions of a recipe with several seeds as one row; of a seed the latest one counts. */
  byRecipe?: boolean;
}

/** A version with its seed, judged on the set. */
export interface JudgedVersion {
  version: Version;
  seed: number;
  /** For each stage the layers that it spared, which can be said where it is compressed. */
  pinned: JsonValue[];
  metrics: VersionMetrics;
}

export interface FrontRow {
  model: string;
  recipe: string;
  stageNames: readonly string[];
  judged: readonly JudgedVersion[];
  /** Over the versions of the row. */
  figures: Record<FrontCost | "accuracy" | "sensitivity" | "specificity" | "auc", Spread>;
  /** Whether nothing else costs less and is as accurate, or ranks as well; by the means. */
  onFront: { accuracy: boolean; auc: boolean };
}

export interface Front {
  on: string;
  by: FrontCost;
  /** Digest of the images that all rows were judged on, under one list of changes: those of most versions. */
  images: string | undefined;
  /** Cheapest first. */
  rows: FrontRow[];
  /** Judged on other images, or under another list of changes, so that they cannot be held against the rows. */
  leftOut: Version[];
}

/** Archived versions and those that were not judged on the set are no part of it. */
export async function readFront(
  registry: Registry,
  { model, on, by, byRecipe = false }: FrontInput,
): Promise<Front> {
  requireSet(registry.state, on, model);
  const versions = [...registry.state.models.values()]
    .flatMap((one) => one.versions)
    .filter((version) => (model === undefined || version.model === model) && !version.archivedAt);
  const judged: JudgedVersion[] = [];
  for (const version of versions) {
    const metrics = metricsOf(version, on);
    if (!metrics) continue;
    const { seed, stages } = await readVersionFacts(registry, version);
    judged.push({ version, seed, pinned: stages.map(({ options }) => options.pinned ?? []), metrics });
  }
  const sample = findUsualSample(judged);
  const [comparable, others] = [true, false].map((isSame) =>
    judged.filter(({ metrics }) => (sampleOf(metrics) === sample) === isSame),
  ) as [JudgedVersion[], JudgedVersion[]];
  const rows = groupVersions(comparable, byRecipe).map(summariseRow);
  const front = (worth: "accuracy" | "auc") =>
    findParetoFront(rows.map(({ figures }) => ({ cost: figures[by].mean, worth: figures[worth].mean })));
  const [byAccuracy, byAuc] = [front("accuracy"), front("auc")];
  return {
    on,
    by,
    images: comparable[0]?.metrics.images,
    rows: rows
      .map((row, at) => ({ ...row, onFront: { accuracy: byAccuracy[at]!, auc: byAuc[at]! } }))
      .sort((a, b) => a.figures[by].mean - b.figures[by].mean),
    leftOut: others.map(({ version }) => version),
  };
}

/** Among equally many the ones that were registered first. */
function findUsualSample(judged: readonly JudgedVersion[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { metrics } of judged) {
    const sample = sampleOf(metrics);
    counts.set(sample, (counts.get(sample) ?? 0) + 1);
  }
  return [...counts].reduce<[string | undefined, number]>(
    (most, one) => (one[1] > most[1] ? one : most),
    [undefined, 0],
  )[0];
}

function groupVersions(judged: readonly JudgedVersion[], byRecipe: boolean): JudgedVersion[][] {
  if (!byRecipe) return judged.map((one) => [one]);
  const groups = new Map<string, Map<number, JudgedVersion>>();
  for (const one of judged) {
    const { model, recipe, stageNames } = one.version;
    const key = JSON.stringify([model, recipe, stageNames, one.pinned]);
    const group = groups.get(key) ?? new Map<number, JudgedVersion>();
    groups.set(key, group.set(one.seed, one)); // versions come in the order of their registration
  }
  return [...groups.values()].map((group) => [...group.values()]);
}

function summariseRow(judged: readonly JudgedVersion[]): Omit<FrontRow, "onFront"> {
  const { model, recipe, stageNames } = judged[0]!.version;
  const spread = (pick: (one: JudgedVersion) => number) => summariseSpread(judged.map(pick));
  return {
    model,
    recipe,
    stageNames,
    judged,
    figures: {
      bytes: spread(({ version }) => version.sizeBytes),
      macs: spread(({ version }) => version.macs),
      ms: spread(({ metrics }) => metrics.latencyMs),
      accuracy: spread(({ metrics }) => metrics.accuracy.value),
      sensitivity: spread(({ metrics }) => metrics.sensitivity.value),
      specificity: spread(({ metrics }) => metrics.specificity.value),
      auc: spread(({ metrics }) => metrics.auc.value),
    },
  };
}
