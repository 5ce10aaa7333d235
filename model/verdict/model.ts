/**
 * VerdictModel: an artifact made ready to judge radiographs. It is opened, its engine loaded, and its operating
 * point read from the sealed section; what cannot give a calibrated verdict is refused here, before the first
 * radiograph comes.
 */
import { type Engine, loadEngine } from "@radlite/model/engine";
import { RadliteError } from "@radlite/model/errors";
import { type Calibration, formatThresholdRule, type InputRecipe, open } from "@radlite/model/format";
import { type Estimate, wilsonInterval } from "@radlite/model/statistics";
import { type ActivationHead, findHead } from "./explanation/head.ts";
import { type ReviewBand, surroundThreshold } from "./review-band.ts";

/** The labels of every network that gives verdicts, in the order of its logits. */
export const VERDICTS = ["NORMAL", "PNEUMONIA"] as const;

/** Where on the ROC curve the artifact was sealed, and how it did there. */
export interface OperatingPoint {
  threshold: number; // PNEUMONIA at or above it
  rule: string; // `half`, `youden` or `sensitivity:<target>`
  on: "VALIDATION"; // the cases that threshold and figures come from
  sensitivity: Estimate;
  specificity: Estimate;
  coverage?: number; // the promised share of pictures outside the band, sealed with it; absent in files without one
  reviewBand?: ReviewBand;
}

export interface VerdictModel {
  engine: Engine;
  input: InputRecipe;
  temperature: number;
  operatingPoint: OperatingPoint;
  /** What its verdicts are explained with; undefined in a network with a head of another kind. */
  head: ActivationHead | undefined;
}

/**
 * Opens an artifact's bytes and loads its engine.
 * @param name what to call the artifact in messages: its path, or a version
 * @throws BAD_ARTIFACT when the bytes do not open, are not sealed, or name other labels than NORMAL, PNEUMONIA.
 */
export async function loadVerdictModel(artifactBytes: Uint8Array, name?: string): Promise<VerdictModel> {
  const { network, calibration } = open(artifactBytes, name);
  const title = name ?? "the model file";
  if (!calibration) {
    throw new RadliteError(
      "BAD_ARTIFACT",
      `${title} is not sealed: it has no temperature and no threshold, so no verdict; seal it on validation`,
    );
  }
  if (network.labels.join() !== VERDICTS.join()) {
    throw new RadliteError(
      "BAD_ARTIFACT",
      `${title} labels its output ${network.labels.join(", ")}; expected ${VERDICTS.join(", ")}`,
    );
  }
  return {
    engine: await loadEngine(network),
    input: network.input,
    temperature: calibration.temperature,
    operatingPoint: operatingPointOf(calibration, title),
    head: findHead(network),
  };
}

function operatingPointOf(
  { threshold, thresholdRule, validation, review }: Calibration,
  title: string,
): OperatingPoint {
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = validation;
  const positives = truePositives + falseNegatives;
  const negatives = trueNegatives + falsePositives;
  if (positives === 0 || negatives === 0) {
    throw new RadliteError(
      "BAD_ARTIFACT",
      `${title} was sealed on ${positives} PNEUMONIA and ${negatives} NORMAL cases; expected some of each`,
    );
  }
  return {
    threshold,
    rule: formatThresholdRule(thresholdRule),
    on: "VALIDATION",
    sensitivity: wilsonInterval(truePositives, positives),
    specificity: wilsonInterval(trueNegatives, negatives),
    ...(review && {
      coverage: review.coverage,
      reviewBand: surroundThreshold(threshold, review.halfWidth),
    }),
  };
}
