/**
 * The model that this process answers with, and the gate before it: the production version of one line of versions,
 * fetched from the registry's store, held to its digest, opened, and run once before the first radiograph meets it.
 */
import {
  loadVerdictModel,
  type ProductionAnswer,
  pneumoniaLogit,
  type VerdictModel,
} from "@radlite/model/verdict";
import { readArtifact, readGate, type StoredGate } from "@radlite/registry/commands";
import { type Pointer, PRODUCTION, readSettledPointer } from "@radlite/registry/log";
import type { ObjectStore } from "@radlite/registry/store";
import { once, readingRegistry, readingStore } from "./registry.ts";
import { describeError } from "./respond.ts";
import { keepWarm, type Served } from "./warm-model.ts";

/** The line of versions whose `production` alias is served. */
const SERVED_MODEL = "chest-xray";

export interface LoadedModel extends VerdictModel {
  /** Of the sealed file. */
  sizeBytes: number;
  /** What looks before the network does; absent where the registry has none for this model. */
  gate?: StoredGate;
}

/**
 * What a pointer names; of what answered so far, what it names too is taken over.
 * @throws BAD_ARTIFACT or NOT_FOUND: a file is not what the log says, does not run, or is no gate.
 */
export async function loadProduction(
  store: ObjectStore,
  pointer: Pointer,
  before?: { model: LoadedModel; pointer: Pointer },
): Promise<LoadedModel> {
  const isSame = before?.pointer.artifact === pointer.artifact;
  const [{ gate: _, ...model }, gate] = await Promise.all([
    isSame ? before.model : loadNetwork(store, pointer.artifact),
    pointer.gate && readGate(store, pointer.gate.artifact),
  ]);
  return { ...model, ...(gate && { gate }) };
}

async function loadNetwork(store: ObjectStore, artifact: string): Promise<LoadedModel> {
  const bytes = await readArtifact(store, artifact);
  const model = await loadVerdictModel(bytes);
  const { height, width, channels } = model.input;
  const { logits } = await model.engine.run(new Float32Array(height * width * channels));
  pneumoniaLogit(logits); // refuses a network that answers something else than a verdict
  return { ...model, sizeBytes: bytes.length };
}

const keeper = once(async () =>
  keepWarm({
    store: await readingStore(),
    modelName: SERVED_MODEL,
    load: loadProduction,
    async askLog(there) {
      const registry = await readingRegistry();
      await registry.refresh();
      return readSettledPointer(registry, { model: SERVED_MODEL, alias: PRODUCTION, there });
    },
    log: (error) => console.error(describeError(error)),
  }),
);

/** The model in production. @throws UNAVAILABLE when there is none to answer with, saying why. */
export async function productionModel(): Promise<Served<LoadedModel>> {
  const serve = await keeper();
  return serve();
}

export function toProductionAnswer({ pointer, model, degraded }: Served<LoadedModel>): ProductionAnswer {
  const { model: name, number: version, artifact: sha256, performance } = pointer;
  const { gate, sizeBytes: bytes } = model;
  return {
    ...{ name, version, sha256, bytes, degraded },
    ...(gate && { gate: { sha256: gate.sha256, bytes: gate.bytes }, population: gate.population }),
    ...(performance && { performance }),
  };
}
