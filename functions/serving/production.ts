/**
 * The model that this process answers with: the production version of one line of versions, fetched from the
 * registry's store, held to its digest, opened, and run once before the first radiograph meets it.
 */
import {
  loadVerdictModel,
  type ProductionAnswer,
  pneumoniaLogit,
  type VerdictModel,
} from "@radlite/model/verdict";
import { readArtifact } from "@radlite/registry/commands";
import type { Pointer } from "@radlite/registry/log";
import type { ObjectStore } from "@radlite/registry/store";
import { once, warmRegistry, warmStore } from "./registry.ts";
import { describeError } from "./respond.ts";
import { keepWarm, type Served } from "./warm-model.ts";

/** The line of versions whose `production` alias is served. */
const SERVED_MODEL = "chest-xray";

export interface LoadedModel extends VerdictModel {
  /** Of the sealed file. */
  sizeBytes: number;
}

/** @throws BAD_ARTIFACT or NOT_FOUND: the file is not what the log says, or does not run. */
export async function loadArtifact(store: ObjectStore, { artifact }: Pointer): Promise<LoadedModel> {
  const bytes = await readArtifact(store, artifact);
  const model = await loadVerdictModel(bytes);
  const { height, width, channels } = model.input;
  const { logits } = await model.engine.run(new Float32Array(height * width * channels));
  pneumoniaLogit(logits); // refuses a network that answers something else than a verdict
  return { ...model, sizeBytes: bytes.length };
}

const keeper = once(async () =>
  keepWarm({
    store: await warmStore(),
    modelName: SERVED_MODEL,
    load: loadArtifact,
    mendPointers: async () => (await warmRegistry()).refresh(),
    log: (error) => console.error(describeError(error)),
  }),
);

/** The model in production. @throws UNAVAILABLE when there is none to answer with, saying why. */
export async function productionModel(): Promise<Served<LoadedModel>> {
  const serve = await keeper();
  return serve();
}

export function toProductionAnswer({ pointer, model, degraded }: Served<LoadedModel>): ProductionAnswer {
  const { model: name, number: version, artifact: sha256 } = pointer;
  return { name, version, sha256, bytes: model.sizeBytes, degraded };
}
