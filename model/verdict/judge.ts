/**
 * One verdict: the network runs once on a radiograph's tensor, and the calibrated probability is held against the
 * sealed threshold. How the tensor came out of a file is model/input's business; the same code judges in Node and
 * in a browser.
 */
import { type OperatingPoint, VERDICTS, type VerdictModel } from "./model.ts";
import { pneumoniaProbability } from "./probability.ts";

export interface Verdict {
  verdict: (typeof VERDICTS)[number];
  probability: number; // of PNEUMONIA, calibrated on validation
  operatingPoint: OperatingPoint;
  inferMs: number; // tensor to probability
}

/**
 * @param tensor what `prepareInput` makes of a file for `model.input`, [height, width, channels].
 * @throws BAD_INPUT for a tensor of another length, BAD_ARTIFACT when the network answers no finite number.
 */
export async function judge(model: VerdictModel, tensor: Float32Array): Promise<Verdict> {
  const { engine, temperature, operatingPoint } = model;
  const startMs = performance.now();
  const { logits } = await engine.run(tensor);
  const probability = pneumoniaProbability(logits, temperature);
  const inferMs = performance.now() - startMs;
  const verdict = VERDICTS[probability >= operatingPoint.threshold ? 1 : 0];
  return { verdict, probability, operatingPoint, inferMs };
}
