/**
 * The answers about radiographs and about the model behind them, field for field what the API promises: the
 * function gives them, and the upload page makes the same of what it computes itself.
 */
import type { Estimate } from "@radlite/model/statistics";
import type { Decision } from "./decide.ts";
import type { Box } from "./explanation/box.ts";
import { NOTICE } from "./words.ts";

/** How a version did on a set that nothing was fitted to, with 95% intervals; `n` counts its cases. */
export interface Performance {
  n: number;
  sensitivity: Estimate;
  specificity: Estimate;
  auc: Estimate;
}

export interface ProductionAnswer {
  name: string;
  version: number;
  /** Of the sealed file, which GET /artifacts/<sha256> gives. */
  sha256: string;
  bytes: number;
  /** True while a newer production version cannot be loaded and the one before answers. */
  degraded: boolean;
  /** What looks before it; its file comes under its digest too. Absent where the registry has none. */
  gate?: { sha256: string; bytes: number };
  /** Whom the gate's data set shows, in words. */
  population?: string;
  /** By the names of the test sets that it was evaluated on; absent where the registry does not say. */
  performance?: Readonly<Record<string, Performance>>;
}

export interface ClassifyAnswer
  extends Pick<Decision, "verdict" | "probability" | "review" | "applicability" | "operatingPoint">,
    Pick<ProductionAnswer, "population" | "performance"> {
  model: Pick<ProductionAnswer, "name" | "version" | "sha256" | "bytes"> & { engine: string };
  input: AnsweredInput;
  timing: { coldStart: boolean; decodeMs: number; inferMs: number; totalMs: number };
  degraded: boolean;
  notice: string;
  /** Where an audit of predictions is kept: whether this one is in it. */
  audited?: boolean;
  /** Where it was asked for. */
  explanation?: AnsweredExplanation;
}

/** A model on this machine: a file has no name and no version. */
export type FileAnswer = Partial<Pick<ProductionAnswer, "name" | "version">> &
  Omit<ProductionAnswer, "name" | "version">;

/** The answer of such a model. */
export type ScoredAnswer = Omit<ClassifyAnswer, "model"> & {
  model: Pick<FileAnswer, "name" | "version" | "sha256" | "bytes"> & { engine: string };
};

/** What the network leaned on. */
export interface AnsweredExplanation {
  /** In base64: the radiograph with the map over it, as a PNG file. */
  png: string;
  /** Around the largest piece of the map's upper fifth; pixels of the upright original. */
  box: Box;
}

/** The file as it was received. */
export interface AnsweredInput {
  sha256: string;
  /** Its format, such as `jpeg`. */
  kind: string;
  /** Pixels of the upright original. */
  width: number;
  height: number;
}

export interface Judged<Model = ProductionAnswer> {
  production: Model;
  /** Of the engine that ran. */
  engine: string;
  input: AnsweredInput & { decodeMs: number };
  decision: Decision;
  /** The model was loaded for this answer. */
  coldStart: boolean;
  /** From the request's arrival to its decision. */
  totalMs: number;
  explanation?: AnsweredExplanation | undefined;
}

export function toClassifyAnswer(judged: Judged): ClassifyAnswer;
export function toClassifyAnswer(judged: Judged<FileAnswer>): ScoredAnswer;
export function toClassifyAnswer({
  production,
  engine,
  input,
  decision,
  coldStart,
  totalMs,
  explanation,
}: Judged<FileAnswer>): ScoredAnswer {
  const { name, version, sha256, bytes, degraded, population, performance } = production;
  const { verdict, probability, review, applicability, operatingPoint, inferMs } = decision;
  const { decodeMs, kind, width, height } = input;
  return {
    ...{ verdict, probability, review, applicability },
    ...(population !== undefined && { population }),
    operatingPoint,
    ...(performance && { performance }),
    model: {
      ...(name !== undefined && { name }),
      ...(version !== undefined && { version }),
      ...{ sha256, bytes, engine },
    },
    input: { sha256: input.sha256, kind, width, height },
    timing: { coldStart, decodeMs, inferMs, totalMs },
    degraded,
    notice: NOTICE,
    ...(explanation && { explanation }),
  };
}
