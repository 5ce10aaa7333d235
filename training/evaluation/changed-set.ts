/**
 * Sealed files on one set of radiographs that was changed in several ways -> one evaluation a file. Files of one input
 * recipe go over the changed pictures together, which are made once, one change at a time: they are as many again.
 */
import { loadVerdictModel } from "@radlite/model/verdict";
import { digestOf, type Evaluation } from "@radlite/registry/bundle";
import type { PixelSet } from "../data/index.ts";
import { describeCase, type EvaluateOptions, type JudgedInputs, judgeInputs, summariseRun } from "./run.ts";

export interface ChangedSet {
  /** Name of the evaluation set. */
  set: string;
  /** SHA-256 of the list of changes: two evaluations compare only on one list. */
  changes: string;
  /** By which cases name each change. */
  names: readonly string[];
  /** The inputs that serving would make of the pictures under a change: [n, height, width, channels]. */
  change(name: string): Float32Array;
}

/** Probabilities are float32, as they are kept. */
export async function evaluateChanged(
  artifacts: readonly Uint8Array[],
  { labels, images }: Pick<PixelSet, "labels" | "images">,
  { set, changes, names, change: changeAll }: ChangedSet,
  { signal, onProgress }: Pick<EvaluateOptions, "signal" | "onProgress"> = {},
): Promise<Evaluation[]> {
  const models = await Promise.all(artifacts.map((artifact) => loadVerdictModel(artifact)));
  const runs: JudgedInputs[][] = models.map(() => []);
  const total = names.length * models.length;
  for (const name of names) {
    signal?.throwIfAborted();
    const inputs = changeAll(name);
    for (const [at, model] of models.entries()) {
      const { probabilities, ...judged } = await judgeInputs(model, inputs, { signal });
      runs[at]!.push({ ...judged, probabilities: probabilities.map(Math.fround) });
      onProgress?.(
        runs.reduce((done, { length }) => done + length, 0),
        total,
      );
    }
  }
  const allLabels = Uint8Array.from(names.flatMap(() => [...labels]));
  return models.map((model, at) => {
    const cases = names.flatMap((change, block) =>
      images.map((image, row) => ({
        ...describeCase(image, runs[at]![block]!.probabilities[row]!),
        change,
      })),
    );
    const named = { artifact: digestOf(artifacts[at]!), set, changes };
    return summariseRun(model, runs[at]!, { ...named, cases, labels: allLabels });
  });
}
