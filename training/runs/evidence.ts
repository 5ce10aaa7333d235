/**
 * What a bundle's folder says without its model file: facts, and evaluations case by case. So a table can be
 * printed again from what is committed, without the networks that it is about.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readBundledEvaluation } from "@radlite/registry/commands";
import type { Evaluation, EvaluationSet, VersionFacts } from "@radlite/registry/log";

export interface Evidence {
  facts: VersionFacts;
  /** Absent: judged on none of the sets asked for. */
  evaluation?: Evaluation;
}

/** `undefined` where no bundle lies. */
export async function readFacts(folder: string): Promise<VersionFacts | undefined> {
  const text = await readFile(join(folder, "version.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as VersionFacts);
}

/** With the evaluation on the first of `sets` that has one. Errors: BAD_INPUT that names a damaged evaluation. */
export async function readEvidence(
  folder: string,
  sets: readonly EvaluationSet[],
): Promise<Evidence | undefined> {
  const facts = await readFacts(folder);
  if (!facts) return undefined;
  for (const set of sets) {
    const evaluation = await readBundledEvaluation(folder, set);
    if (evaluation) return { facts, evaluation };
  }
  return { facts };
}
