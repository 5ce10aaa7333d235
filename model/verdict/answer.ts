/**
 * The answers about radiographs and about the model behind them, field for field what the API promises: the
 * function gives them, and the upload page makes the same of what it computes itself.
 */
import type { Verdict } from "./judge.ts";

/** What stands under every verdict. */
export const NOTICE = "Research use only. Not a medical device.";

export interface ProductionAnswer {
  name: string;
  version: number;
  /** Of the sealed file, which GET /artifacts/<sha256> gives. */
  sha256: string;
  bytes: number;
  /** True while a newer production version cannot be loaded and the one before answers. */
  degraded: boolean;
}

export interface ClassifyAnswer {
  verdict: Verdict["verdict"];
  /** Of PNEUMONIA, calibrated on validation. */
  probability: number;
  operatingPoint: Verdict["operatingPoint"];
  model: Omit<ProductionAnswer, "degraded"> & { engine: string };
  input: AnsweredInput;
  timing: { coldStart: boolean; decodeMs: number; inferMs: number; totalMs: number };
  degraded: boolean;
  notice: string;
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

export interface Judged {
  production: ProductionAnswer;
  /** Of the engine that ran. */
  engine: string;
  input: AnsweredInput & { decodeMs: number };
  verdict: Verdict;
  /** The model was loaded for this answer. */
  coldStart: boolean;
  /** From the request's arrival to its verdict. */
  totalMs: number;
}

export function toClassifyAnswer(judged: Judged): ClassifyAnswer {
  const { production, engine, coldStart, totalMs } = judged;
  const { degraded, ...model } = production;
  const { verdict, probability, operatingPoint, inferMs } = judged.verdict;
  const { decodeMs, ...input } = judged.input;
  return {
    verdict,
    probability,
    operatingPoint,
    model: { ...model, engine },
    input,
    timing: { coldStart, decodeMs, inferMs, totalMs },
    degraded,
    notice: NOTICE,
  };
}
