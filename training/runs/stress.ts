/**
 * Bundles that lie together, judged on `stress` or `looks`: each by its own validation radiographs. Those of one input recipe go
 * over the changed pictures together, which are made once. Loads no TensorFlow.
 */
import { open } from "@radlite/model/format";
import {
  findParentBundle,
  readBundledArtifact,
  readBundledEvaluation,
  VALIDATION,
  writeEvaluation,
} from "@radlite/registry/bundle";
import {
  evaluateLooks,
  evaluateStress,
  findLooks,
  loadValidated,
  reportEvaluation,
  summariseReport,
} from "../evaluation/index.ts";

/** Their parents too. Gives a line an evaluation that was written. Errors: those of reading bundles and data. */
export async function* stressBundles(
  folders: readonly string[],
  dataFolder: string,
  { looks = false } = {},
): AsyncGenerator<string> {
  const groups = new Map<string, { folder: string; bytes: Uint8Array }[]>();
  for (const folder of folders.flatMap(withParent)) {
    const [bytes, validation] = [
      await readBundledArtifact(folder),
      await readBundledEvaluation(folder, VALIDATION),
    ];
    const key = JSON.stringify([open(bytes).network.input, validation?.images]);
    groups.set(key, [...(groups.get(key) ?? []), { folder, bytes }]);
  }
  for (const group of groups.values()) {
    const [{ folder: first, bytes: sample }] = group as [(typeof group)[number]];
    const validation = await readBundledEvaluation(first, VALIDATION);
    const evaluated = validation ? [validation] : [];
    const pixels = await loadValidated(dataFolder, evaluated, open(sample).network.input);
    const artifacts = group.map(({ bytes }) => bytes);
    const evaluations = looks
      ? await evaluateLooks(artifacts, pixels, await findLooks(dataFolder, pixels.images))
      : await evaluateStress(artifacts, pixels);
    for (const [at, evaluation] of evaluations.entries()) {
      const { folder, bytes } = group[at]!;
      await writeEvaluation(folder, evaluation);
      yield `${folder}: ${summariseReport(reportEvaluation(evaluation, bytes.length))}`;
    }
  }
}

function withParent(folder: string): string[] {
  const parent = findParentBundle(folder);
  return parent === undefined ? [folder] : [folder, ...withParent(parent)];
}
