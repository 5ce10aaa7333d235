/** A finished model on ordinary validation, changed: which accidents a network in use leans on. */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { open } from "@radlite/model/format";
import { listRadiographs, loadPixels, splitValidation } from "../../training/data/index.ts";
import { computeLogits, scoreLogits } from "../../training/fit/validate.ts";
import { thawNetwork } from "../../training/freeze/thaw.ts";
import type { ModelResult } from "./results.ts";
import { STRESSES, type Stress, stressInputs } from "./stress.ts";

/** What shipped recipes validate on, so that no model was trained on these patients. */
const VALIDATION = { fraction: 0.12, seed: 1 };

/** `bundle`: a folder as training writes it. */
export async function stressModel(bundle: string, folder: string): Promise<ModelResult> {
  const { network } = open(await readFile(join(bundle, "model.rlm")));
  const { graph, values } = thawNetwork(network);
  const { images } = await listRadiographs(folder, "train");
  const pixels = await loadPixels(splitValidation(images, VALIDATION).validation, network.input);
  const stressed = (Object.keys(STRESSES) as Stress[]).map((stress) => {
    const { inputs, labels } = stressInputs(pixels, stress);
    const { specificity, sensitivity } = scoreLogits(
      computeLogits(graph, values, { inputs, labels }),
      labels,
    );
    return [stress, [Number(specificity.toFixed(4)), Number(sensitivity.toFixed(4))]];
  });
  return { model: nameBundle(bundle), stressed: Object.fromEntries(stressed) };
}

/** Its folder, and of a parent the folder around it too. */
function nameBundle(bundle: string): string {
  return bundle
    .split("/")
    .slice(basename(bundle) === "parent" ? -2 : -1)
    .join("/");
}
