/**
 * A frozen network -> its sealed file and how that does: run by the engine on validation, on validation changed and,
 * where the data folder holds one, on the test set, after everything has been chosen.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { encodeNetwork, type ThresholdRule } from "@radlite/model/format";
import { VALIDATION } from "@radlite/registry/bundle";
import type { StagedNetwork } from "../compression/stage.ts";
import { loadPixels, type TrainingData } from "../data/index.ts";
import { sealModel } from "../evaluation/calibration.ts";
import {
  evaluateFolder,
  evaluateInputs,
  evaluateStress,
  reportEvaluation,
  summariseReport,
} from "../evaluation/index.ts";
import type { OnProgress } from "../fit/progress.ts";
import type { FinishedModel } from "./bundle.ts";

export interface JudgingOptions {
  threshold: ThresholdRule;
  data: Pick<TrainingData, "validation">;
  /** Its test/ is judged too, if there is one. */
  dataFolder: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** Errors: BAD_INPUT when a class has no case; the signal's reason once it is aborted. */
export async function judgeNetwork(
  { network, stages }: StagedNetwork,
  { threshold, data: { validation }, dataFolder, signal, onProgress }: JudgingOptions,
): Promise<FinishedModel> {
  const model = await sealModel(encodeNetwork(network), validation, threshold);
  const pixels = await loadPixels(validation.images, validation.input, { signal });
  const evaluations = [
    await evaluateInputs(model, validation, { set: VALIDATION, signal }),
    ...(await evaluateStress([model], pixels, { signal })),
  ];
  const testFolder = join(dataFolder, "test");
  if (existsSync(testFolder))
    evaluations.push((await evaluateFolder(model, testFolder, { signal })).evaluation);
  for (const evaluation of evaluations) {
    onProgress?.({ kind: "note", text: summariseReport(reportEvaluation(evaluation, model.length)) });
  }
  return { model, stages, evaluations };
}
