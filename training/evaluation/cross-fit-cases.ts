/**
 * What a cross-fitted judging found, case by case, small enough to be kept as evidence: one character an image for
 * label, fold and group, and four bytes for its margin. Images stand in the order of their SHA-256, and the digest of
 * all of them tells whether two files are of the same.
 */
import { readFile } from "node:fs/promises";
import { describeFileProblem, RadliteError } from "@radlite/model/errors";
import { packFloats, unpackFloats } from "@radlite/registry/bundle";

export interface CrossFitCases {
  recipe: { name: string; digest: string };
  epochs: number;
  seed: number;
  folds: number;
  /** Of all images that were judged. */
  images: string;
  /** Index into CLASSES. */
  labels: Uint8Array;
  /** The part that each image was judged in, by a network that saw none of it. */
  fold: Uint8Array;
  /** The group of like looks. */
  group: Uint8Array;
  /** The logit over that of its network's threshold: PNEUMONIA from 0 on. */
  margins: Float32Array;
}

interface CaseFile extends Omit<CrossFitCases, "labels" | "fold" | "group" | "margins"> {
  kind: typeof KIND;
  formatVersion: number;
  labels: string;
  fold: string;
  group: string;
  margins: string;
}

const KIND = "cross-fit";
const FORMAT_VERSION = 1;
const DIGITS = 36; // of a character: folds and groups are fewer

export function encodeCases({ labels, fold, group, margins, ...rest }: CrossFitCases): string {
  const write = (values: Uint8Array) => Array.from(values, (value) => value.toString(DIGITS)).join("");
  const file: CaseFile = {
    kind: KIND,
    formatVersion: FORMAT_VERSION,
    ...rest,
    labels: write(labels),
    fold: write(fold),
    group: write(group),
    margins: packFloats([...margins]),
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

/** Errors: NOT_FOUND, BAD_INPUT that names the file. */
export async function readCases(path: string): Promise<CrossFitCases> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code === "ENOENT" ? "NOT_FOUND" : "BAD_INPUT";
    throw new RadliteError(code, `${path} cannot be read: ${describeFileProblem(cause)}.`, { cause });
  });
  const cases = parse(text);
  if (cases) return cases;
  throw new RadliteError(
    "BAD_INPUT",
    `${path} holds no cases of a cross-fitted judging: give the cases.json that radlite cross-fit wrote.`,
  );
}

function parse(text: string): CrossFitCases | undefined {
  try {
    const { kind, formatVersion, labels, fold, group, margins, ...rest } = JSON.parse(text) as CaseFile;
    if (kind !== KIND || formatVersion !== FORMAT_VERSION) return undefined;
    const read = (written: string) => Uint8Array.from(written, (digit) => Number.parseInt(digit, DIGITS));
    const cases = { ...rest, labels: read(labels), fold: read(fold), group: read(group) };
    const values = Float32Array.from(unpackFloats(margins));
    const counts = [cases.fold, cases.group, values].map(({ length }) => length);
    return counts.every((count) => count === cases.labels.length) ? { ...cases, margins: values } : undefined;
  } catch {
    return undefined;
  }
}
