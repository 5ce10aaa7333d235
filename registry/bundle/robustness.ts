/**
 * What becomes of a version's answers when its radiographs come another way: case by case, as evaluations are, so that
 * no figure rests on a caller's word. Kept as `evidence/<sha256>.json`; the shape is final, a change is a new
 * `formatVersion`.
 */
import { RadliteError } from "@radlite/model/errors";
import { digestImages } from "./digest.ts";
import type { EvaluationCase } from "./evaluation.ts";

/** What evidence there is of a version beside its evaluations. */
export const EVIDENCE_KINDS = ["robustness"] as const;

export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

export interface Robustness {
  formatVersion: 1;
  kind: "robustness";
  /** SHA-256 of the sealed file that was run. */
  artifact: string;
  /** As sealed in the artifact (float32); PNEUMONIA at or above it. */
  threshold: number;
  /** Which radiographs, as digestImages has it. */
  images: string;
  /** The radiographs as they are, each with what the file said of it, a float32. */
  cases: Omit<EvaluationCase, "change">[];
  /** The same radiographs, each changed so. */
  changes: ChangedAnswers[];
}

export interface ChangedAnswers {
  /** Such as `black-border-2`. */
  name: string;
  /** Calibrated probabilities of PNEUMONIA in the order of the cases: little-endian floats in base64; NaN: refused. */
  probabilities: string;
}

const FLOAT_BYTES = 4;

export function packFloats(values: readonly number[]): string {
  const bytes = Buffer.alloc(FLOAT_BYTES * values.length);
  for (const [at, value] of values.entries()) bytes.writeFloatLE(value, FLOAT_BYTES * at);
  return bytes.toString("base64");
}

export function unpackFloats(text: string): number[] {
  const bytes = Buffer.from(text, "base64");
  return Array.from({ length: Math.floor(bytes.length / FLOAT_BYTES) }, (_, at) =>
    bytes.readFloatLE(FLOAT_BYTES * at),
  );
}

/** What a schema cannot say of one. @throws BAD_INPUT. */
export function requireConsistent({ images, cases, changes }: Robustness): void {
  const digest = digestImages(cases);
  if (digest !== images) fail(`images is ${images}, but its cases are ${digest}`);
  const labels = new Set(cases.map(({ label }) => label));
  if (labels.size < 2) fail(`its cases are all ${[...labels].join("")}: expected both classes`);
  const names = new Set(changes.map(({ name }) => name));
  if (names.size < changes.length) fail("the same change twice: expected each once");
  for (const { name, probabilities } of changes) {
    const values = unpackFloats(probabilities);
    if (Buffer.from(probabilities, "base64").length !== FLOAT_BYTES * cases.length)
      fail(`${name} has ${values.length} probabilities for ${cases.length} radiographs`);
    const wrong = values.find((value) => value < 0 || value > 1);
    if (wrong !== undefined) fail(`${name} has the probability ${wrong}, expected 0 to 1, or none`);
  }
}

function fail(what: string): never {
  throw new RadliteError("BAD_INPUT", `robustness: ${what}`);
}
