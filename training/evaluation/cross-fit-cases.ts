/**
 * What a cross-fitted judging found, case by case, small enough to be kept as evidence: one character an image for
 * label, fold and group, and four bytes for its margin. Images stand in the order of their SHA-256, and the digest of
 * all of them tells whether two files are of the same.
 */
import { readFile } from "node:fs/promises";
import { describeFileProblem, RadliteError } from "@radlite/model/errors";
import { packFloats, unpackFloats } from "@radlite/registry/bundle";
import { z } from "zod";

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

const KIND = "cross-fit";
const FORMAT_VERSION = 1;
const DIGITS = 36; // of a character: folds and groups are fewer

const digits = z.string().regex(/^[0-9a-z]*$/);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const caseFile = z.object({
  kind: z.literal(KIND),
  formatVersion: z.literal(FORMAT_VERSION),
  recipe: z.object({ name: z.string(), digest }),
  epochs: z.int().min(1),
  seed: z.int().min(0),
  folds: z.int().min(2),
  images: digest,
  labels: z.string().regex(/^[01]*$/),
  fold: digits,
  group: digits,
  margins: z.string(),
});

type CaseFile = z.input<typeof caseFile>;

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
    `${path} holds no cases of a cross-fitted judging, or damaged ones: give the cases.json that radlite cross-fit wrote.`,
  );
}

function parse(text: string): CrossFitCases | undefined {
  try {
    const {
      kind: _,
      formatVersion: __,
      labels,
      fold,
      group,
      margins,
      ...rest
    } = caseFile.parse(JSON.parse(text));
    const read = (written: string) => Uint8Array.from(written, (digit) => Number.parseInt(digit, DIGITS));
    const cases = { ...rest, labels: read(labels), fold: read(fold), group: read(group) };
    const values = Float32Array.from(unpackFloats(margins));
    const counts = [cases.fold, cases.group, values].map(({ length }) => length);
    const isWhole =
      counts.every((count) => count === cases.labels.length) &&
      cases.fold.every((part) => part < cases.folds) &&
      values.every(Number.isFinite);
    return isWhole ? { ...cases, margins: values } : undefined;
  } catch {
    return undefined;
  }
}
