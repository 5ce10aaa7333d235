/**
 * One radiograph, one verdict: the file goes through the same decode, resize and normalisation as in training,
 * the network runs once, and the calibrated probability is held against the sealed threshold.
 */
import { type ImageKind, prepareInput } from "@radlite/model/input";
import { type OperatingPoint, VERDICTS, type VerdictModel } from "./model.ts";
import { pneumoniaProbability } from "./probability.ts";

export interface Verdict {
  verdict: (typeof VERDICTS)[number];
  probability: number; // of PNEUMONIA, calibrated on validation
  operatingPoint: OperatingPoint;
  input: { kind: ImageKind; width: number; height: number }; // of the upright original, in pixels
  timing: { decodeMs: number; inferMs: number }; // file to tensor, tensor to probability
}

/**
 * @param bytes the whole file, as it was received.
 * @throws BAD_INPUT with a reason when the file is no readable radiograph (see `decodeRadiograph`).
 */
export async function classifyRadiograph(model: VerdictModel, bytes: Uint8Array): Promise<Verdict> {
  const startMs = performance.now();
  const { tensor, kind, width, height } = await prepareInput(bytes, model.input);
  const decodedMs = performance.now();
  const { logits } = await model.engine.run(tensor);
  const probability = pneumoniaProbability(logits, model.temperature);
  const inferredMs = performance.now();
  return {
    verdict: VERDICTS[probability >= model.operatingPoint.threshold ? 1 : 0],
    probability,
    operatingPoint: model.operatingPoint,
    input: { kind, width, height },
    timing: { decodeMs: decodedMs - startMs, inferMs: inferredMs - decodedMs },
  };
}
