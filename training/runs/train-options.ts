/** What a training is given; run.ts trains by it, generations.ts several times. */
import type { Teacher } from "../distillation/teachers.ts";
import type { OnProgress } from "../fit/progress.ts";
import type { LoadedRecipe } from "../recipes/index.ts";
import type { WeightsLocation } from "./weights-location.ts";

export interface TrainOptions {
  recipe: LoadedRecipe;
  /** Holds NORMAL/ and PNEUMONIA/, or train/ with them and test/ to report on in the end. */
  dataFolder: string;
  /** Takes the bundle and the checkpoint. */
  outFolder: string;
  /** In place of those that the recipe's section `distil` names. */
  teachers?: readonly Teacher[];
  /** Where the weights lie that the recipe's section `initial` names. */
  weights?: WeightsLocation;
  /** Go on from where the run in `outFolder` was stopped, if there is one. */
  resume?: boolean;
  /** Begin anew, whatever was stopped there. */
  fresh?: boolean;
  /** Stops the run; what an epoch's checkpoint holds is kept. */
  signal?: AbortSignal;
  /** Awaited once nothing that lies in `outFolder` refuses the run. */
  onStart?: () => Promise<void>;
  onProgress?: OnProgress;
}
