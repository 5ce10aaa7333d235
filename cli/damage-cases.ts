/** The cases that two models are compared on: their scores as they are on record, or as an evaluation finds them. */
import { RadliteError } from "@radlite/model/errors";
import { type Evaluation, VALIDATION } from "@radlite/registry/bundle";
import type { PairedCase } from "@radlite/registry/commands";
import { listRadiographs, readGerm } from "@radlite/training/data";
import { evaluateFolder } from "@radlite/training/evaluation";
import type { NamedModel } from "./models.ts";
import { startProgress } from "./progress.ts";

/** Errors: BAD_INPUT where there is none, and no radiographs to make one. */
export async function findEvaluation(
  { name, bytes, evaluations }: NamedModel,
  on: string,
  dataFolder: string | undefined,
): Promise<Evaluation> {
  const known = evaluations.find(({ set }) => set === on);
  if (known) return known;
  if (on !== VALIDATION && dataFolder !== undefined) {
    const progress = startProgress("radiographs");
    const options = { name, set: on, onProgress: progress.update };
    const evaluated = await evaluateFolder(bytes, dataFolder, options).finally(progress.stop);
    return evaluated.evaluation;
  }
  throw new RadliteError(
    "BAD_INPUT",
    on === VALIDATION
      ? `${name} was not judged on validation: name its bundle or a registered version, or compare --on test with --data`
      : `${name} was not judged on ${on}: name a folder of radiographs with --data, and it will be`,
  );
}

export interface CaseNames {
  /** The file of a radiograph below the folder, by its SHA-256. */
  files: ReadonlyMap<string, string>;
  /** Label and germ. */
  groupOf: (one: Pick<PairedCase, "sha256" | "label">) => string;
}

/** Errors: BAD_INPUT for a folder without the two classes. */
export async function nameCases(dataFolder: string, on: string): Promise<CaseNames> {
  const { images } = await listRadiographs(dataFolder, on === VALIDATION ? "train" : "test");
  const files = new Map(images.map(({ sha256, file }) => [sha256, file]));
  const groupOf: CaseNames["groupOf"] = ({ sha256, label }) => {
    const germ = label === "PNEUMONIA" ? readGerm(files.get(sha256) ?? "") : undefined;
    return germ === undefined ? label : `${label}, ${germ}`;
  };
  return { files, groupOf };
}
