/**
 * Versions side by side, on the same images only, and in pairs: which cases the one got right and the other did
 * not, with McNemar's exact p. Two accuracies alone say little about which network is better.
 */
import { RadliteError } from "@radlite/model/errors";
import { mcnemar } from "@radlite/model/statistics";
import type { Evaluation, EvaluationCase } from "@radlite/registry/bundle";
import type { Registry, State, Version } from "@radlite/registry/log";
import { readEvaluation } from "./evidence.ts";
import { requireVersion } from "./lookup.ts";
import { metricsOf, sampleOf, type VersionMetrics } from "./metrics.ts";
import { requireSet } from "./sets.ts";

const MAX_VERSIONS = 10;

export interface CompareInput {
  /** Ids, 2 to 10, the first of which the others are held against. */
  versions: readonly string[];
  on: string;
}

export interface PairedComparison {
  first: Version;
  second: Version;
  /** Cases whose verdict differs. */
  flipped: number;
  /** Cases that the one alone got right. */
  onlyFirst: number;
  onlySecond: number;
  /** McNemar's exact test, two-sided. */
  pValue: number;
}

export interface Comparison {
  set: string;
  /** Digest of the images that all of them saw. */
  images: string;
  versions: JudgedOn[];
  /** The first version against each other one. */
  pairs: PairedComparison[];
}

/** @throws BAD_INPUT when the versions were not evaluated on the same images; NOT_FOUND. */
export async function compareVersions(
  registry: Registry,
  { versions: ids, on }: CompareInput,
): Promise<Comparison> {
  if (ids.length < 2 || ids.length > MAX_VERSIONS || new Set(ids).size < ids.length) {
    throw new RadliteError(
      "BAD_INPUT",
      `compare takes 2 to ${MAX_VERSIONS} different versions, got ${ids.join(", ")}`,
    );
  }
  const compared = requireComparable(registry.state, ids, on);
  const [first, ...others] = compared;
  const evaluations = await Promise.all(compared.map(({ version }) => readEvaluation(registry, version, on)));
  const pairs = others.map(({ version }, i) => ({
    first: first.version,
    second: version,
    ...compareCases(evaluations[0]!, evaluations[i + 1]!),
  }));
  return { set: on, images: first.metrics.images, versions: compared, pairs };
}

export interface JudgedOn {
  version: Version;
  metrics: VersionMetrics;
}

/**
 * Versions with their figures on a set, all on the same images changed alike.
 * @throws BAD_INPUT where they were not evaluated so; NOT_FOUND.
 */
export function requireComparable(
  state: State,
  ids: readonly string[],
  on: string,
): [JudgedOn, ...JudgedOn[]] {
  const compared = ids.map((id) => withMetrics(state, requireVersion(state, id), on));
  const [first, ...others] = compared as [JudgedOn, ...JudgedOn[]];
  for (const { version, metrics } of others) {
    if (sampleOf(metrics) === sampleOf(first.metrics)) continue;
    if (metrics.images === first.metrics.images) {
      throw new RadliteError(
        "BAD_INPUT",
        `${first.version.id} and ${version.id} were evaluated on ${on} under different lists of changes (${first.metrics.changes} and ${metrics.changes} changes): evaluate both under the same`,
      );
    }
    throw new RadliteError(
      "BAD_INPUT",
      `${first.version.id} and ${version.id} were evaluated on different ${on} images (${first.metrics.images.slice(0, 12)}... and ${metrics.images.slice(0, 12)}...): evaluate both on the same`,
    );
  }
  return [first, ...others];
}

function withMetrics(state: State, version: Version, on: string): JudgedOn {
  requireSet(state, on, version.model);
  const metrics = metricsOf(version, on);
  if (metrics) return { version, metrics };
  throw new RadliteError(
    "BAD_INPUT",
    `${version.id} has no evaluation on ${on}: record one, or compare on another set`,
  );
}

/** One radiograph under two versions: what each called it, and whether that is right. */
export interface PairedCase {
  sha256: string;
  label: EvaluationCase["label"];
  subgroup?: string;
  /** How the radiograph was changed before both saw it; absent: not at all. */
  change?: string;
  first: CaseAnswer;
  second: CaseAnswer;
}

export interface CaseAnswer {
  /** Of PNEUMONIA. */
  probability: number;
  isRight: boolean;
}

/**
 * Each at its own threshold, the cases matched by image hash.
 * @throws BAD_INPUT for cases of other images or with other labels.
 */
export function pairCases(first: Evaluation, second: Evaluation): PairedCase[] {
  const a = sortCases(first);
  const b = sortCases(second);
  if (first.images !== second.images) {
    throw new RadliteError(
      "BAD_INPUT",
      `the two were evaluated on different ${first.set} images (${first.images.slice(0, 12)}... and ${second.images.slice(0, 12)}...): evaluate both on the same`,
    );
  }
  if (first.changes !== second.changes) {
    throw new RadliteError(
      "BAD_INPUT",
      `the two were evaluated on ${first.set} under different lists of changes: evaluate both under the same`,
    );
  }
  const differing = a.findIndex(({ label }, i) => label !== b[i]?.label);
  if (differing >= 0) {
    throw new RadliteError(
      "BAD_INPUT",
      `image ${a[differing]!.sha256} has another label in each evaluation: mend one`,
    );
  }
  return a.map(({ sha256, label, subgroup: own, change, probability }, i) => {
    const subgroup = own ?? b[i]!.subgroup;
    const answer = (given: number, { threshold }: Evaluation): CaseAnswer => ({
      probability: given,
      isRight: given >= Math.fround(threshold) === (label === "PNEUMONIA"),
    });
    return {
      sha256,
      label,
      ...(subgroup !== undefined && { subgroup }),
      ...(change !== undefined && { change }),
      first: answer(probability, first),
      second: answer(b[i]!.probability, second),
    };
  });
}

function compareCases(first: Evaluation, second: Evaluation): Omit<PairedComparison, "first" | "second"> {
  const pairs = pairCases(first, second);
  return {
    flipped: pairs.filter((pair) => pair.first.isRight !== pair.second.isRight).length,
    ...mcnemar(
      pairs.map((pair) => pair.first.isRight),
      pairs.map((pair) => pair.second.isRight),
    ),
  };
}

/** By hash, change and label; where all are equal so are the answers, and their order does not matter. */
function sortCases({ cases }: Evaluation): EvaluationCase[] {
  const rank = ({ sha256, change = "", label }: EvaluationCase) => `${sha256} ${change} ${label}`;
  return [...cases].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}
