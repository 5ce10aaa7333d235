/**
 * The answers about radiographs and about the model behind them, field for field what the API promises. The
 * upload page makes the same answer of what it computes itself, so this file runs in browsers too.
 */
import type { PreparedInput } from "@radlite/model/input";
import type { Verdict } from "@radlite/model/verdict";
import type { LoadedModel } from "./production.ts";
import type { Served } from "./warm-model.ts";

const NOTICE = "Research use only. Not a medical device.";

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
  /** `sha256`: of the image file as received; the size is that of the upright original. */
  input: { sha256: string } & Pick<PreparedInput, "kind" | "width" | "height">;
  timing: { coldStart: boolean; decodeMs: number; inferMs: number; totalMs: number };
  degraded: boolean;
  notice: string;
}

export interface Judged {
  production: ProductionAnswer;
  /** Of the engine that ran. */
  engine: string;
  /** `sha256`: of the image. */
  input: { sha256: string } & Omit<PreparedInput, "tensor">;
  verdict: Verdict;
  /** The model was loaded for this answer. */
  coldStart: boolean;
  /** From the request's arrival to its verdict. */
  totalMs: number;
}

export function toProductionAnswer({ pointer, model, degraded }: Served<LoadedModel>): ProductionAnswer {
  const { model: name, number: version, artifact: sha256 } = pointer;
  return { name, version, sha256, bytes: model.sizeBytes, degraded };
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
