/**
 * Evaluations of many versions on the same radiographs, kept once: the radiographs as a list of their own, and of
 * each version the probabilities in its order. Shipped bundles keep their evidence so; what is registered is the
 * whole evaluation, equal to the one that was made short in every bit.
 */
import { RadliteError } from "@radlite/model/errors";
import { groupByChange } from "./changes.ts";
import { digestImages } from "./digest.ts";
import type { Evaluation, EvaluationCase } from "./evaluation.ts";

/** The radiographs of a set in the order of its evaluations; kept as `<digest>.json`. */
export interface ImageList {
  formatVersion: 1 | 2;
  cases: Omit<EvaluationCase, "probability" | "change">[];
}

/** An evaluation whose cases are the list of the digest `images`, with these probabilities. */
export interface CompactEvaluation extends Omit<Evaluation, "cases"> {
  /** Names of the changes, of a set of changed radiographs: each was made to the whole list. */
  changeNames?: string[];
  /**
   * Little-endian, in base64: half of what decimal places for every bit take. Doubles, one a radiograph; of changed
   * radiographs floats, change by change.
   */
  probabilities: string;
}

const DOUBLE_BYTES = 8;
const FLOAT_BYTES = 4;

export function listImages({ formatVersion, cases }: Evaluation): ImageList {
  const [images = []] = groupByChange(cases).values();
  return {
    formatVersion,
    cases: images.map(({ probability: _, change: _change, ...image }) => image),
  };
}

/** @throws BAD_INPUT when the cases are not those of the list, one by one. */
export function compactEvaluation({ cases, ...rest }: Evaluation, list: ImageList): CompactEvaluation {
  const groups = [...groupByChange(cases)];
  for (const [, group] of groups) requireSameImages(group, rest, list);
  const names = groups.map(([change]) => change).filter((change) => change !== undefined);
  if (names.length === 0) {
    const bytes = Buffer.alloc(DOUBLE_BYTES * cases.length);
    for (const [at, { probability }] of cases.entries()) bytes.writeDoubleLE(probability, DOUBLE_BYTES * at);
    return { ...rest, probabilities: bytes.toString("base64") };
  }
  const bytes = Buffer.alloc(FLOAT_BYTES * cases.length);
  const ordered = groups.flatMap(([, group]) => group);
  for (const [at, { probability, change }] of ordered.entries()) {
    if (Math.fround(probability) !== probability) {
      throw new RadliteError(
        "BAD_INPUT",
        `evaluation on ${rest.set}: ${probability} under ${change} is no float32, as probabilities of changed radiographs are`,
      );
    }
    bytes.writeFloatLE(probability, FLOAT_BYTES * at);
  }
  return { ...rest, changeNames: names, probabilities: bytes.toString("base64") };
}

/** @throws BAD_INPUT when the list is of other radiographs, or there is not one probability for each. */
export function expandEvaluation(compact: CompactEvaluation, list: ImageList): Evaluation {
  const { probabilities, changeNames, ...rest } = compact;
  const name = `evaluation on ${rest.set}`;
  const digest = digestImages(list.cases);
  if (digest !== rest.images) {
    throw new RadliteError(
      "BAD_INPUT",
      `${name}: expected the radiographs ${rest.images}, the list holds ${digest}`,
    );
  }
  const bytes = Buffer.from(probabilities, "base64");
  const size = changeNames ? FLOAT_BYTES : DOUBLE_BYTES;
  const changes = changeNames ?? [undefined];
  if (bytes.length !== size * changes.length * list.cases.length) {
    throw new RadliteError(
      "BAD_INPUT",
      `${name}: ${bytes.length / size} probabilities for ${changeNames ? `${changes.length} changes of ` : ""}the ${list.cases.length} radiographs of its list`,
    );
  }
  const read = (at: number) => (changeNames ? bytes.readFloatLE(size * at) : bytes.readDoubleLE(size * at));
  const cases = changes.flatMap((change, block) =>
    list.cases.map(({ subgroup, ...image }, at) => ({
      ...image,
      probability: read(block * list.cases.length + at),
      // a list may say more than an evaluation of the first format, which stays what it was to the bit
      ...(rest.formatVersion > 1 && subgroup !== undefined && { subgroup }),
      ...(change !== undefined && { change }),
    })),
  );
  return { ...rest, cases };
}

function requireSameImages(
  cases: readonly EvaluationCase[],
  { set, formatVersion }: Pick<Evaluation, "set" | "formatVersion">,
  list: ImageList,
): void {
  const differing = Array.from({ length: Math.max(cases.length, list.cases.length) }, (_, at) => at).find(
    (at) => !isSameImage(cases[at], list.cases[at], formatVersion),
  );
  if (differing === undefined) return;
  throw new RadliteError(
    "BAD_INPUT",
    `evaluation on ${set}: case ${differing + 1} is not the one of the list of these radiographs; expected the same ${list.cases.length} in the same order`,
  );
}

type Image = Partial<EvaluationCase> | undefined;

function isSameImage(a: Image, b: Image, formatVersion: Evaluation["formatVersion"]): boolean {
  const isOne = a?.sha256 === b?.sha256 && a?.label === b?.label;
  return isOne && (formatVersion === 1 || a?.subgroup === b?.subgroup);
}
