/**
 * The shipped models as their bundles tell of them, case by case, and figures computed from the cases the long way: what
 * the registry answers is held against these.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  type Evaluation,
  findFacts,
  listTeachers,
  readBundledEvaluation,
  readBundledRecipe,
  type VersionFacts,
} from "@radlite/registry/bundle";
import { parse } from "yaml";

export const SHIPPED = "registry/shipped";

export interface ShippedVersion {
  facts: VersionFacts;
  // biome-ignore lint/suspicious/noExplicitAny: whatever its YAML says
  recipe: any;
  on: Record<string, Evaluation>;
}

/** By the SHA-256 of the sealed file. */
export async function readShipped(sets: readonly string[]): Promise<Map<string, ShippedVersion>> {
  const folders = readdirSync(SHIPPED).flatMap((name) => [
    join(SHIPPED, name),
    join(SHIPPED, name, "parent"),
  ]);
  const shipped = new Map<string, ShippedVersion>();
  for (const folder of folders) {
    const facts = await findFacts(folder).catch(() => undefined);
    if (!facts) continue;
    const text = await readBundledRecipe(folder);
    const on: ShippedVersion["on"] = {};
    for (const set of sets) on[set] = (await readBundledEvaluation(folder, set))!;
    shipped.set(facts.sha256, { facts, recipe: text === undefined ? {} : parse(text), on });
  }
  return shipped;
}

type Cases = Evaluation["cases"];

export const count = (cases: Cases, threshold: number) => {
  const of = (label: string, isCalled: boolean) =>
    cases.filter((one) => one.label === label && one.probability >= threshold === isCalled).length;
  return {
    truePositives: of("PNEUMONIA", true),
    falseNegatives: of("PNEUMONIA", false),
    trueNegatives: of("NORMAL", false),
    falsePositives: of("NORMAL", true),
  };
};

/** At the sealed threshold, unless another is named. */
export function figures({ cases, threshold: sealed }: Evaluation, threshold = Math.fround(sealed)) {
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = count(cases, threshold);
  const sensitivity = truePositives / (truePositives + falseNegatives);
  const specificity = trueNegatives / (trueNegatives + falsePositives);
  return {
    sensitivity,
    specificity,
    accuracy: (truePositives + trueNegatives) / cases.length,
    balancedAccuracy: (sensitivity + specificity) / 2,
  };
}

/** Of all pairs of one case of each label, how many are the right way round; a tie is half of one. */
export function auc({ cases }: Evaluation): number {
  const scores = (label: string) => cases.filter((one) => one.label === label).map((one) => one.probability);
  const [ill, well] = [scores("PNEUMONIA"), scores("NORMAL")];
  let right = 0;
  for (const a of ill) for (const b of well) right += a > b ? 1 : a === b ? 0.5 : 0;
  return right / (ill.length * well.length);
}

/** Exact and two-sided, in whole numbers as long as it takes. */
export function mcnemarP(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  let [term, tail] = [1n, 0n]; // n over i
  for (let i = 0; i <= Math.min(onlyFirst, onlySecond); i++) {
    tail += term;
    term = (term * BigInt(n - i)) / BigInt(i + 1);
  }
  return Math.min(1, (2 * Number((tail * 10n ** 18n) / 2n ** BigInt(n))) / 1e18);
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Artifacts that came of one, or that it came of, by parents and teachers, over any number of steps. */
export function followKin(
  shipped: ReadonlyMap<string, ShippedVersion>,
  artifact: string,
  isForward: boolean,
): Set<string> {
  const found = new Set<string>();
  const originsOf = ({ facts }: ShippedVersion) =>
    [facts.parent, ...listTeachers(facts)].filter((one) => one);
  for (let size = -1; size < found.size; ) {
    size = found.size;
    for (const [sha256, bundle] of shipped) {
      for (const origin of originsOf(bundle)) {
        const [from, to] = isForward ? [origin!, sha256] : [sha256, origin!];
        if (from === artifact || found.has(from)) found.add(to);
      }
    }
  }
  found.delete(artifact);
  return found;
}
