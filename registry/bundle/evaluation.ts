/**
 * What a bundle says about a version: its facts and its evaluations, as JSON. Training writes these shapes, the
 * registry reads and keeps them, and they are final: a change is a new `formatVersion`, and version 1 stays
 * readable for ever. Summary metrics are not part of them: they are always computed from the cases, so that no
 * figure in the registry rests on a caller's word.
 */

export const LABELS = ["NORMAL", "PNEUMONIA"] as const;

export type Label = (typeof LABELS)[number];

/** One radiograph and what the sealed file, run by the engine, said of it. */
export interface EvaluationCase {
  /** SHA-256 of the image file, 64 hex digits; never a file name, which may name a patient. */
  sha256: string;
  label: Label;
  /** Calibrated probability of PNEUMONIA, in [0, 1], in full double precision. */
  probability: number;
  /** Which kind of its label, such as `bacteria` or `virus`; absent where nothing says it. */
  subgroup?: string;
  /** How the radiograph was changed before the file saw it; absent: not at all. */
  change?: string;
}

/** One artifact on one set of radiographs, case by case; kept as `evaluations/<sha256>.json`. */
export interface Evaluation {
  /** 1, the first release's, knows the sets `validation` and `test`, and cases without subgroup and change. */
  formatVersion: 1 | 2;
  /** SHA-256 of the sealed file that was run. */
  artifact: string;
  /** Name of the evaluation set. */
  set: string;
  /** Which images, as digestCases has it. */
  images: string;
  /** For a set of changed radiographs: SHA-256 of the list of its changes, what each is called and does. */
  changes?: string;
  /** As sealed in the artifact (float32). */
  temperature: number;
  /** As sealed in the artifact (float32); PNEUMONIA at or above it. */
  threshold: number;
  /** As formatThresholdRule writes it: `half`, `youden`, `sensitivity:0.95`. */
  thresholdRule: string;
  /** Which engine ran it, such as `reference`. */
  engine: string;
  /** Median milliseconds of one inference, decoding left out. */
  latencyMs: number;
  /** Expected calibration error at temperature 1, in [0, 1]. */
  eceBefore: number;
  /** Expected calibration error at the sealed temperature, in [0, 1]. */
  eceAfter: number;
  cases: EvaluationCase[];
}

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

export interface JsonObject {
  [key: string]: JsonValue;
}

/** One compression stage as it ran. */
export interface Stage {
  name: string;
  /** As the recipe gave them. */
  options: JsonObject;
  /** What came of it, in a few figures with units in their names, such as `bitsPerWeight`. */
  summary: JsonObject;
}

export interface RecipeName {
  /** The name of the recipe file without `.yaml`. */
  name: string;
  /** SHA-256 of its bytes. */
  digest: string;
}

/** `version.json` of a bundle: where an artifact came from. Size and figures are checked against the bytes. */
export interface VersionFacts {
  formatVersion: 1;
  /** Name of the model (the line of versions) that it belongs to. */
  model: string;
  /** SHA-256 of `model.rlm`. */
  sha256: string;
  sizeBytes: number;
  parameters: number;
  /** Multiply-accumulates of one image, without products of signs. */
  macs: number;
  recipe: RecipeName;
  seed: number;
  stages: Stage[];
  /** SHA-256 of the artifact that this one was compressed from. */
  parent?: string;
  /** SHA-256 of the artifact whose logits it learnt from. */
  teacher?: string;
  /** In its place where there were several, in their order; releases that knew one do not read it. */
  teachers?: string[];
  /** The training images: their digest, as in Evaluation, and their number. */
  trainedOn: { images: string; count: number };
  /** What computed it, such as `tensorflow 2.15.1 cpu`. */
  backend: string;
  /** Free key and value pairs for people to filter by; see TAG_LIMITS in registry/commands. */
  tags: Record<string, string>;
}
