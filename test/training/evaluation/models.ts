/**
 * A sealed file whose answer can be worked out by hand: the logit is `slope` times the mean grey level of the
 * picture, mapped from 0..255 to -1..1, plus `offset`.
 */

import { type Calibration, encodeNetwork, type Network, seal } from "@radlite/model/format";
import { toInputRecipe } from "@radlite/training/recipes";

const MEAN_GREY: Omit<Network, "tensors"> = {
  input: toInputRecipe({ size: 16, channels: 1, normalise: "fixed" }),
  nodes: [
    { op: "GlobalAveragePool", inputs: [0] },
    { op: "Gemm", inputs: [1], weights: 0, bias: 1 },
  ],
  labels: ["NORMAL", "PNEUMONIA"],
};

const CALIBRATION: Calibration = {
  temperature: 2,
  threshold: 0.5,
  thresholdRule: { kind: "sensitivity", target: 0.95 },
  validation: { truePositives: 9, falseNegatives: 1, trueNegatives: 8, falsePositives: 2 },
  validationAuc: 0.75,
};

export function encodeMeanGrey({ slope, offset }: { slope: number; offset: number }): Uint8Array {
  const tensor = (shape: number[], value: number) => ({
    shape,
    values: Float32Array.of(value),
    coding: { kind: "f32" as const },
  });
  return encodeNetwork({ ...MEAN_GREY, tensors: [tensor([1, 1], slope), tensor([1], offset)] });
}

export function sealMeanGrey(
  { slope = 8, offset = 0 }: { slope?: number; offset?: number } = {},
  calibration: Partial<Calibration> = {},
): Uint8Array {
  return seal(encodeMeanGrey({ slope, offset }), { ...CALIBRATION, ...calibration });
}
