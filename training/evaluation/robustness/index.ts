/**
 * A sealed file on radiographs that come another way, each changed at its full size and read as a file would be. The
 * radiographs are taken in turn, so that no more than one is in memory at its full size.
 */
import { RadliteError } from "@radlite/model/errors";
import { decodeRadiograph, prepareInput, preparePicture } from "@radlite/model/input";
import { loadVerdictModel, pneumoniaProbability, type VerdictModel } from "@radlite/model/verdict";
import { digestImages, digestOf, packFloats, type Robustness, readPlainFile } from "@radlite/registry/bundle";
import { type Radiograph, requireBothClasses, type Unreadable } from "../../data/index.ts";
import { describeCase } from "../run.ts";
import { type Change, ROBUSTNESS_CHANGES, roundLevels } from "./changes.ts";

export { ROBUSTNESS_CHANGES } from "./changes.ts";

export interface RobustnessOptions {
  /** What to call the artifact in messages. */
  name?: string;
  signal?: AbortSignal;
  /** Radiographs done so far, under every change. */
  onProgress?: (done: number, total: number) => void;
}

export interface MeasuredRobustness {
  robustness: Robustness;
  /** Left out: what does not decode as it is. */
  unreadable: Unreadable[];
}

/** Errors: BAD_ARTIFACT (not a sealed model), BAD_INPUT (a class without a readable image). */
export async function measureRobustness(
  artifact: Uint8Array,
  images: readonly Radiograph[],
  { name, signal, onProgress }: RobustnessOptions = {},
): Promise<MeasuredRobustness> {
  const model = await loadVerdictModel(artifact, name);
  const names = Object.keys(ROBUSTNESS_CHANGES);
  const changed = names.map((): number[] => []);
  const cases: Robustness["cases"] = [];
  const readable: Radiograph[] = [];
  const unreadable: Unreadable[] = [];
  for (const [at, image] of images.entries()) {
    signal?.throwIfAborted();
    const answers = await judgeChanged(model, await readPlainFile(image.path)).catch((error: unknown) => {
      if (!(error instanceof RadliteError) || error.code !== "BAD_INPUT") throw error;
      unreadable.push({ file: image.file, reason: error.message });
      return undefined;
    });
    if (answers) {
      readable.push(image);
      cases.push(describeCase(image, Math.fround(answers.untouched)));
      for (const [place, answer] of answers.changed.entries()) changed[place]!.push(answer);
    }
    onProgress?.(at + 1, images.length);
  }
  requireBothClasses(readable, "the radiographs", unreadable);
  return {
    robustness: {
      formatVersion: 1,
      kind: "robustness",
      artifact: digestOf(artifact),
      threshold: model.operatingPoint.threshold,
      images: digestImages(cases),
      cases,
      changes: names.map((change, place) => ({ name: change, probabilities: packFloats(changed[place]!) })),
    },
    unreadable,
  };
}

/** Probabilities of PNEUMONIA; NaN where the network's input refuses the changed picture. */
async function judgeChanged(
  model: VerdictModel,
  file: Uint8Array,
): Promise<{ untouched: number; changed: number[] }> {
  const judge = async (tensor: Float32Array) =>
    pneumoniaProbability((await model.engine.run(tensor)).logits, model.temperature);
  const untouched = await judge((await prepareInput(file, model.input)).tensor);
  const picture = roundLevels(await decodeRadiograph(file));
  const changed: number[] = [];
  for (const change of Object.values<Change>(ROBUSTNESS_CHANGES)) {
    const tensor = await prepareChanged(model, await change(picture)).catch((error: unknown) => {
      if (error instanceof RadliteError && error.code === "BAD_INPUT") return undefined;
      throw error;
    });
    changed.push(tensor ? await judge(tensor) : Number.NaN);
  }
  return { untouched, changed };
}

async function prepareChanged(
  { input }: VerdictModel,
  changed: Awaited<ReturnType<Change>>,
): Promise<Float32Array> {
  if (changed instanceof Uint8Array) return (await prepareInput(changed, input)).tensor;
  return preparePicture(changed, input);
}
