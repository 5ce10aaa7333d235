/** A finished model on ordinary validation, changed: which accidents a network in use leans on. */
import { basename } from "node:path";
import { type InputRecipe, type Network, open } from "@radlite/model/format";
import { PARENT_FOLDER, readBundledArtifact } from "@radlite/registry/bundle";
import { type InputSet, listRadiographs, loadPixels, splitValidation } from "../../training/data/index.ts";
import { changeInputs } from "../../training/evaluation/stress.ts";
import { computeLogits, scoreLogits } from "../../training/fit/validate.ts";
import { thawNetwork } from "../../training/freeze/thaw.ts";
import type { ModelResult } from "./results.ts";
import { STRESSES, type Stress } from "./stress.ts";

/** What shipped recipes validate on, so that no model was trained on these patients. */
const VALIDATION = { fraction: 0.12, seed: 1 };

type Changed = [Stress, Pick<InputSet, "inputs" | "labels">][];

/** `bundles`: folders as training writes them, judged as they are asked for, at a probability of one half. */
export async function* stressModels(bundles: string[], folder: string): AsyncGenerator<ModelResult> {
  const changed = new Map<string, Changed>(); // models of one input share their radiographs
  for (const bundle of bundles) {
    const file = await readBundledArtifact(bundle);
    const { network } = open(file);
    const kind = JSON.stringify(network.input);
    const sets = changed.get(kind) ?? (await changeValidation(network.input, folder));
    changed.set(kind, sets);
    yield { model: nameBundle(bundle), sizeBytes: file.length, stressed: judge(network, sets) };
  }
}

async function changeValidation(input: InputRecipe, folder: string): Promise<Changed> {
  const { images } = await listRadiographs(folder, "train");
  const pixels = await loadPixels(splitValidation(images, VALIDATION).validation, input);
  return (Object.keys(STRESSES) as Stress[]).map((stress) => [
    stress,
    { inputs: changeInputs(pixels, STRESSES[stress]), labels: pixels.labels },
  ]);
}

function judge(network: Network, changed: Changed): ModelResult["stressed"] {
  const { graph, values } = thawNetwork(network);
  const rates = changed.map(([stress, { inputs, labels }]) => {
    const { specificity, sensitivity } = scoreLogits(
      computeLogits(graph, values, { inputs, labels }),
      labels,
    );
    return [stress, [Number(specificity.toFixed(4)), Number(sensitivity.toFixed(4))]];
  });
  return Object.fromEntries(rates);
}

/** Its folder, and of a parent the folder around it too. */
function nameBundle(bundle: string): string {
  return bundle
    .split("/")
    .slice(basename(bundle) === PARENT_FOLDER ? -2 : -1)
    .join("/");
}
