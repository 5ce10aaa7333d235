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
  formatVersion: 1;
  cases: Omit<EvaluationCase, "probability">[];
}

/** An evaluation whose cases are the list of the digest `images`, with these probabilities. */
export interface CompactEvaluation extends Omit<Evaluation, "cases"> {
  /** Doubles, little-endian, in base64: half of what decimal places for every bit take. */
  probabilities: string;
}

const DOUBLE_BYTES = 8;

export function listImages({ cases }: Evaluation): ImageList {
  return { formatVersion: 1, cases: cases.map(({ sha256, label }) => ({ sha256, label })) };
}

/** @throws BAD_INPUT when the cases are not those of the list, one by one. */
export function compactEvaluation({ cases, ...rest }: Evaluation, list: ImageList): CompactEvaluation {
  const differing = Array.from({ length: Math.max(cases.length, list.cases.length) }, (_, at) => at).find(
    (at) => cases[at]?.sha256 !== list.cases[at]?.sha256 || cases[at]?.label !== list.cases[at]?.label,
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
  const cases = list.cases.map((image, at) => ({
    ...image,
    probability: bytes.readDoubleLE(DOUBLE_BYTES * at),
  }));
  return { ...rest, cases };
}
