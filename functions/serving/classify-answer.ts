/** The answer of POST /classify, field for field what the API promises. */
import type { Verdict } from "@radlite/model/verdict";
import type { LoadedModel } from "./production.ts";
import type { Served } from "./warm-model.ts";

const NOTICE = "Research use only. Not a medical device.";

export interface ClassifyAnswer {
  requestId: string;
  verdict: Verdict["verdict"];
  /** Of PNEUMONIA, calibrated on validation. */
  probability: number;
  operatingPoint: Verdict["operatingPoint"];
  model: { name: string; version: number; sha256: string; bytes: number; engine: string };
  /** `sha256`: of the image file as received; the size is that of the upright original. */
  input: { sha256: string } & Verdict["input"];
  timing: { coldStart: boolean; totalMs: number } & Verdict["timing"];
  /** True while a newer production version cannot be loaded and the one before answers. */
  degraded: boolean;
  notice: string;
}

export interface Judged {
  requestId: string;
  /** SHA-256 of the image. */
  sha256: string;
  served: Served<LoadedModel>;
  verdict: Verdict;
  /** From the request's arrival to its verdict. */
  totalMs: number;
}

export function toClassifyAnswer({
  requestId,
  sha256,
  served,
  verdict: judged,
  totalMs,
}: Judged): ClassifyAnswer {
  const { pointer, model, degraded, coldStart } = served;
  const { verdict, probability, operatingPoint, input, timing } = judged;
  return {
    requestId,
    verdict,
    probability,
    operatingPoint,
    model: {
      name: pointer.model,
      version: pointer.number,
      sha256: pointer.artifact,
      bytes: model.sizeBytes,
      engine: model.engine.name,
    },
    input: { sha256, ...input },
    timing: { coldStart, ...timing, totalMs },
    degraded,
    notice: NOTICE,
  };
}
