/**
 * Stages that change no value, for which no radiograph is needed: a model answers as before to the bit, so it
 * keeps its calibration, and what was measured of it holds for the new file too.
 */
import { RadliteError } from "@radlite/model/errors";
import { encodeNetwork, open, seal } from "@radlite/model/format";
import { digestOf } from "@radlite/registry/bundle";
import { applyStages } from "../compression/chain.ts";
import type { FitData } from "../fit/batches.ts";
import { STAGE_KINDS, type StageRecipe } from "../recipes/index.ts";
import type { FinishedVersion } from "./bundle.ts";
import type { StartModel } from "./start-model.ts";

const NO_DATA: FitData = {
  steps: 0,
  counts: [0, 0],
  batch: () => Promise.reject(new Error("a stage that changes no value asked for images")),
  validation: { inputs: new Float32Array(0), labels: new Uint8Array(0) },
};

/** Errors: BAD_INPUT for a stage that needs data, and for a model that is not sealed. */
export async function recodeModel(
  { name, bytes, evaluations }: StartModel,
  stages: readonly StageRecipe[],
): Promise<{ finished: FinishedVersion; backend: string }> {
  const learning = stages.find((stage) => !STAGE_KINDS[stage.name].isLossless);
  if (learning) {
    throw new RadliteError(
      "BAD_INPUT",
      `Stage ${learning.name} looks at radiographs: name a folder of them with --data.`,
    );
  }
  const { network, calibration } = open(bytes);
  if (!calibration) {
    throw new RadliteError(
      "BAD_INPUT",
      `${name} is not sealed: a temperature and a threshold are fitted on radiographs, so name a folder of them with --data.`,
    );
  }
  const loss = { classWeights: [1, 1], labelSmoothing: 0 };
  const reached = await applyStages(network, stages, NO_DATA, { loss });
  const artifact = seal(encodeNetwork(reached.network), calibration);
  const sha256 = digestOf(artifact);
  return {
    finished: {
      artifact,
      stages: reached.stages,
      evaluations: evaluations.map((evaluation) => ({ ...evaluation, artifact: sha256 })),
    },
    backend: "none",
  };
}
