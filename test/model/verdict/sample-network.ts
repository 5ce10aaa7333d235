/**
 * A network whose answer can be worked by hand: the mean grey of an 8 x 8 picture times a weight, plus a bias,
 * for each logit. Sealed at temperature 2 and a threshold of one half.
 */
import { type Calibration, encodeNetwork, type Network, seal } from "@radlite/model/format";

export const CALIBRATION: Calibration = {
  temperature: 2,
  threshold: 0.5,
  thresholdRule: { kind: "sensitivity", target: 0.95 },
  validation: { truePositives: 19, falseNegatives: 1, trueNegatives: 8, falsePositives: 2 },
  validationAuc: 0.5,
};

/** One weight and one bias for each logit. */
export function meanGreyNetwork(
  weights: number[],
  bias: number[],
  labels = ["NORMAL", "PNEUMONIA"],
): Network {
  return {
    input: {
      height: 8,
      width: 8,
      channels: 1,
      normalise: { kind: "fixed", order: "rgb", mean: [0], scale: [1] },
    },
    nodes: [
      { op: "GlobalAveragePool", inputs: [0] },
      { op: "Gemm", inputs: [1], weights: 0, bias: 1 },
    ],
    tensors: [
      { shape: [1, weights.length], values: Float32Array.from(weights), coding: { kind: "f32" } },
      { shape: [bias.length], values: Float32Array.from(bias), coding: { kind: "f32" } },
    ],
    labels,
  };
}

export const sealed = (network: Network, calibration = CALIBRATION): Uint8Array =>
  seal(encodeNetwork(network), calibration);
