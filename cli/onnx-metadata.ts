/**
 * What an exported ONNX file says of itself in `metadata_props`: all that turns a radiograph into the network's input
 * and its logits into a verdict, for who has the file and nothing else. Keys that the model has no answer to are left
 * out: one that is not sealed has no threshold.
 */
import type { Calibration, InputRecipe, Network } from "@radlite/model/format";
import { LEAST_DEVIATION } from "@radlite/model/format/onnx";
import { INPUT_LIMITS, TRIM_RULE } from "@radlite/model/input";
import { surroundThreshold } from "@radlite/model/verdict";

export interface OnnxMetadata {
  network: Network;
  calibration?: Calibration | undefined;
  /** Whom the training data shows, where a gate says so. */
  population?: string | undefined;
  /** Of the model file that was exported. */
  sha256: string;
}

export function describeModel({
  network: { labels, input },
  calibration,
  population,
  sha256,
}: OnnxMetadata): Record<string, string> {
  const fitted = calibration && {
    threshold: String(calibration.threshold), // PNEUMONIA at or above it
    temperature: String(calibration.temperature),
  };
  const { threshold, review } = calibration ?? {};
  return {
    labels: JSON.stringify(labels),
    ...fitted,
    ...(threshold !== undefined &&
      review && { review_band: JSON.stringify(surroundThreshold(threshold, review.halfWidth)) }),
    ...(population !== undefined && { population }),
    sha256,
    input: JSON.stringify(describeInput(input)),
  };
}

/** From the pixels of the upright picture, in this order. */
function describeInput({ trim, height, width, channels, normalise }: InputRecipe) {
  return {
    grey: "0.299 R + 0.587 G + 0.114 B, from 0 to 255",
    least_side: INPUT_LIMITS.minSide, // pixels, before borders are cut off
    trim: trim ? TRIM_RULE : null,
    average: { kind: "exact-area", height, width }, // squashed to it, not cropped
    normalise:
      normalise.kind === "per-image" ? { ...normalise, least_deviation: LEAST_DEVIATION } : normalise,
    channels, // one is the grey one
    ...(channels === 3 && {
      colours: `${orderOf(normalise)}, each averaged; of a grey picture the grey three times`,
    }),
    layout: "NCHW",
  };
}

const orderOf = (normalise: InputRecipe["normalise"]): string =>
  normalise.kind === "fixed" && normalise.order === "bgr" ? "B, G, R" : "R, G, B";
