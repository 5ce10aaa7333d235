/**
 * One verdict: the network runs once on a radiograph's tensor, and the calibrated probability is held against the
 * sealed threshold. How the tensor came out of a file is model/input's business; the same code judges in Node and
 * in a browser.
 */
import type { Output } from "@radlite/model/engine";
import { type ActivationMap, mapActivation } from "./explanation/activation-map.ts";
import { requireHead } from "./explanation/head.ts";
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
  const startMs = performance.now();
  return decide(model, await model.engine.run(tensor), startMs);
}

/**
 * The same from one run that also says what it leaned on.
 * @throws BAD_INPUT with reason NOT_EXPLAINABLE, before anything runs, for a network whose head gives no map.
 */
export async function judgeWithMap(
  model: VerdictModel,
  tensor: Float32Array,
): Promise<{ verdict: Verdict; map: ActivationMap }> {
  const head = requireHead(model);
  const startMs = performance.now();
  const running = model.engine.run(tensor);
  // Not awaited where it is there: in between another run of the same engine could write over the features.
  const output = running instanceof Promise ? await running : running;
  const { features } = output;
  return { verdict: decide(model, output, startMs), map: mapActivation(head, features) };
}

function decide({ temperature, operatingPoint }: VerdictModel, { logits }: Output, startMs: number): Verdict {
  const probability = pneumoniaProbability(logits, temperature);
  const inferMs = performance.now() - startMs;
  const verdict = VERDICTS[probability >= operatingPoint.threshold ? 1 : 0];
  return { verdict, probability, operatingPoint, inferMs };
}
