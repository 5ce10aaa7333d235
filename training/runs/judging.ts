/**
 * A frozen network -> its sealed file and how that does: run by the engine on validation, on validation changed and,
 * where the data folder holds one, on the test set, after everything has been chosen.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { encodeNetwork } from "@radlite/model/format";
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
import { promisedCoverage, type Recipe } from "../recipes/index.ts";
import type { FinishedVersion } from "./bundle.ts";

export interface JudgingOptions {
  recipe: Pick<Recipe, "threshold" | "review" | "calibration">;
  data: Pick<TrainingData, "validation">;
  /** Its test/ is judged too, if there is one. */
  dataFolder: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** Errors: BAD_INPUT when a class has no case; the signal's reason once it is aborted. */
export async function judgeNetwork(
  { network, stages }: StagedNetwork,
  { onProgress, ...judging }: JudgingOptions,
): Promise<FinishedVersion> {
  const { artifact, evaluations } = await judgeFrozen(encodeNetwork(network), judging);
  for (const evaluation of evaluations) {
    onProgress?.({ kind: "note", text: summariseReport(reportEvaluation(evaluation, artifact.length)) });
  }
  return { artifact, stages, evaluations };
}

/** Sealed, and judged on every set that a training judges by. Errors as above. */
export async function judgeFrozen(
  networkBytes: Uint8Array,
  { recipe, data: { validation }, dataFolder, signal }: Omit<JudgingOptions, "onProgress">,
): Promise<Omit<FinishedVersion, "stages">> {
  const pixels = await loadPixels(validation.images, validation.input, { signal });
  const { threshold, calibration } = recipe;
  const sealing = { threshold, coverage: promisedCoverage(recipe), ...calibration };
  const artifact = await sealModel(networkBytes, { validation, pixels }, sealing, { signal });
  const evaluations = [
    await evaluateInputs(artifact, validation, { set: VALIDATION, signal }),
    ...(await evaluateStress([artifact], pixels, { signal })),
  ];
  const testFolder = join(dataFolder, "test");
  if (existsSync(testFolder))
    evaluations.push((await evaluateFolder(artifact, testFolder, { signal })).evaluation);
  return { artifact, evaluations };
}
