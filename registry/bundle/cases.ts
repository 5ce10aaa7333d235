/**
 * The cases of an evaluation as the schema has them, read by hand: they are most of what a registration brings, and a
 * schema takes several times as long over each. Where any case is not as it should be, the schema says which and why.
 */
import { type EvaluationCase, LABELS } from "./evaluation.ts";

/** SHA-256 in hex. */
export const DIGEST_PATTERN = /^[0-9a-f]{64}$/;

/** Of subgroups and changes. */
export const TRAIT_PATTERN = /^[a-z0-9-]{1,40}$/;

/** @returns new ones with their keys in canonical order, or undefined unless all of them are right. */
export function readCases(cases: unknown): EvaluationCase[] | undefined {
  if (!Array.isArray(cases)) return undefined;
  const read: EvaluationCase[] = [];
  for (const one of cases) {
    const checked = readCase(one);
    if (!checked) return undefined;
    read.push(checked);
  }
  return read;
}

function readCase(value: unknown): EvaluationCase | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { sha256, label, probability, subgroup, change } = value as Partial<EvaluationCase>;
  if (typeof sha256 !== "string" || !DIGEST_PATTERN.test(sha256)) return undefined;
  if (label === undefined || !LABELS.includes(label)) return undefined;
  if (typeof probability !== "number" || !(probability >= 0 && probability <= 1)) return undefined;
  if (!isTrait(subgroup) || !isTrait(change)) return undefined;
  const read = (change === undefined ? {} : { change }) as EvaluationCase;
  read.label = label;
  read.probability = probability;
  read.sha256 = sha256;
  if (subgroup !== undefined) read.subgroup = subgroup;
  return read;
}

const isTrait = (value: unknown): boolean =>
  value === undefined || (typeof value === "string" && TRAIT_PATTERN.test(value));
