/**
 * Evaluations of many versions on the same radiographs, kept once: the radiographs as a list of their own, and of
 * each version the probabilities in its order. Shipped bundles keep their evidence so; what is registered is the
 * whole evaluation, equal to the one that was made short in every bit.
 */
import { RadliteError } from "@radlite/model/errors";
import { digestImages } from "./digest.ts";
import type { Evaluation, EvaluationCase } from "./evaluation.ts";

/** The radiographs of a set in the order of its evaluations; kept as `<digest>.json`. */
export interface ImageList {
  formatVersion: 1 | 2;
  cases: Omit<EvaluationCase, "probability">[];
}

/** An evaluation whose cases are the list of the digest `images`, with these probabilities. */
export interface CompactEvaluation extends Omit<Evaluation, "cases"> {
  /** Doubles, little-endian, in base64: half of what decimal places for every bit take. */
  probabilities: string;
}

const DOUBLE_BYTES = 8;

export function listImages({ formatVersion, cases }: Evaluation): ImageList {
  return { formatVersion, cases: cases.map(({ probability: _, ...image }) => image) };
}

/** @throws BAD_INPUT when the cases are not those of the list, one by one. */
export function compactEvaluation({ cases, ...rest }: Evaluation, list: ImageList): CompactEvaluation {
  const differing = Array.from({ length: Math.max(cases.length, list.cases.length) }, (_, at) => at).find(
    (at) => !isSameImage(cases[at], list.cases[at], rest.formatVersion),
  );
  if (differing !== undefined) {
    throw new RadliteError(
      "BAD_INPUT",
      `evaluation on ${rest.set}: case ${differing + 1} is not the one of the list of these radiographs; expected the same ${list.cases.length} in the same order`,
    );
  }
  const bytes = Buffer.alloc(DOUBLE_BYTES * cases.length);
  for (const [at, { probability }] of cases.entries()) bytes.writeDoubleLE(probability, DOUBLE_BYTES * at);
  return { ...rest, probabilities: bytes.toString("base64") };
}

/** @throws BAD_INPUT when the list is of other radiographs, or there is not one probability for each. */
export function expandEvaluation(compact: CompactEvaluation, list: ImageList): Evaluation {
  const { probabilities, ...rest } = compact;
  const name = `evaluation on ${rest.set}`;
  const digest = digestImages(list.cases);
  if (digest !== rest.images) {
    throw new RadliteError(
      "BAD_INPUT",
      `${name}: expected the radiographs ${rest.images}, the list holds ${digest}`,
    );
  }
  const bytes = Buffer.from(probabilities, "base64");
  if (bytes.length !== DOUBLE_BYTES * list.cases.length) {
    throw new RadliteError(
      "BAD_INPUT",
      `${name}: ${bytes.length / DOUBLE_BYTES} probabilities for the ${list.cases.length} radiographs of its list`,
    );
  }
  const cases = list.cases.map(({ subgroup, change, ...image }, at) => ({
    ...image,
    probability: bytes.readDoubleLE(DOUBLE_BYTES * at),
    // a list may say more than an evaluation of the first format, which stays what it was to the bit
    ...(rest.formatVersion > 1 && subgroup !== undefined && { subgroup }),
    ...(rest.formatVersion > 1 && change !== undefined && { change }),
  }));
  return { ...rest, cases };
}

type Image = Partial<EvaluationCase> | undefined;

function isSameImage(a: Image, b: Image, formatVersion: Evaluation["formatVersion"]): boolean {
  const isOne = a?.sha256 === b?.sha256 && a?.label === b?.label;
  return isOne && (formatVersion === 1 || (a?.subgroup === b?.subgroup && a?.change === b?.change));
}
