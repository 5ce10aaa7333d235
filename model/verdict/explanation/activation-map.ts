/**
 * Class activation map: how much each place of the picture adds to the logit of PNEUMONIA.
 * M(y, x) = sum over channels c of w[c] · f[c](y, x), with f what the last GlobalAveragePool reads and w the weights of
 * the last layer; the mean of M plus the bias is the logit. Zhou et al. 2016, "Learning Deep Features for Discriminative
 * Localization", section 2, equation 2. It shows what this network leaned on, not where a disease is.
 */
import { RadliteError } from "@radlite/model/errors";
import type { ActivationHead } from "./head.ts";

export interface ActivationMap {
  height: number; // cells
  width: number;
  /** Logits, row by row: above 0 speaks for PNEUMONIA, below for NORMAL; their mean and the bias make the logit. */
  values: Float32Array;
}

/**
 * @param features of the run to be explained, [height, width, channels]
 * @throws BAD_INPUT for features of another network.
 */
export function mapActivation(
  { height, width, weights }: ActivationHead,
  features: Float32Array,
): ActivationMap {
  const channels = weights.length;
  if (features.length !== height * width * channels) {
    throw new RadliteError(
      "BAD_INPUT",
      `the features have ${features.length} values, expected ${height * width * channels} for ${height}x${width}x${channels}`,
    );
  }
  const values = new Float32Array(height * width);
  for (let cell = 0; cell < values.length; cell++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++)
      sum += weights[channel]! * features[cell * channels + channel]!;
    values[cell] = sum;
  }
  return { height, width, values };
}

/** From 0, where the map is lowest, to 1, where it is highest; a map of one value is 0 everywhere. */
export function toRelative({ height, width, values }: ActivationMap): ActivationMap {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  const range = highest - lowest || 1;
  return { height, width, values: values.map((value) => (value - lowest) / range) };
}
