/**
 * From a network's logits to the calibrated probability of PNEUMONIA. A network with one logit says how much
 * more PNEUMONIA than NORMAL; one with two says each, and their difference is the same thing: softmax over two
 * is the sigmoid of the difference. Everything that calibrates or judges goes through this one number.
 */
import { RadliteError } from "@radlite/model/errors";
import { sigmoid } from "@radlite/model/statistics";

/**
 * The logit of PNEUMONIA against NORMAL: the only one, or the second minus the first.
 * @throws BAD_ARTIFACT for another number of logits, or one that is not finite: the network is broken.
 */
export function pneumoniaLogit(logits: Float32Array): number {
  const logit = logits.length === 1 ? logits[0]! : logits[1]! - logits[0]!;
  if (logits.length > 2 || !Number.isFinite(logit)) {
    throw new RadliteError(
      "BAD_ARTIFACT",
      `the network answered [${logits.join(", ")}], expected one finite logit, or one for NORMAL and one for PNEUMONIA`,
    );
  }
  return logit;
}

/** sigmoid(logit / temperature), which is softmax(logits / temperature)[1] where there are two. */
export function pneumoniaProbability(logits: Float32Array, temperature: number): number {
  return sigmoid(pneumoniaLogit(logits) / temperature);
}
