/** Where an evaluation made on the command line is kept: in the bundle that was named, and in the registry. */
import { RadliteError } from "@radlite/model/errors";
import type { Evaluation, EvaluationSet } from "@radlite/registry/bundle";
import type { Registry, Version } from "@radlite/registry/log";
import { localActor, openLocalRegistry, storeAddress } from "./local-registry.ts";
import type { NamedModel } from "./models.ts";

/** What is said of a set beside its name; what is left out stays as it is. */
export type SetWords = Partial<Omit<EvaluationSet, "name">>;

export interface RecordedEvaluation {
  /** Id of the version. */
  version: string;
  /** Whether it was on record for these images before, so that nothing changed. */
  wasThere: boolean;
}

/**
 * Opened before the work, so that a model which cannot be registered is known before it. A bundle that the registry
 * lacks is registered with the evaluation. Errors: BAD_INPUT for a lone file that no version has.
 */
export async function prepareRecord(
  model: NamedModel,
  words: SetWords,
): Promise<(evaluation: Evaluation) => Promise<RecordedEvaluation>> {
  const { registerBundle, recordEvaluation } = await import("@radlite/registry/commands");
  const { digestOf } = await import("@radlite/registry/bundle");
  const { findArtifact, findVersion } = await import("@radlite/registry/log");
  const registry = await openLocalRegistry("write");
  const actor = localActor();
  const { name, bytes, version: named, folder } = model;
  const known = named
    ? findVersion(registry.state, `${named.model}@${named.number}`)
    : findArtifact(registry.state, digestOf(bytes));
  if (!known && folder === undefined) {
    throw new RadliteError(
      "BAD_INPUT",
      `no version at ${storeAddress()} has the file ${name}: name its bundle, which is registered with the evaluation, or leave --register away`,
    );
  }
  return async (evaluation) => {
    const version = known ?? (await registerBundle(registry, folder!, { actor }));
    await describeSet(registry, version, evaluation.set, words);
    const { evaluations } = await recordEvaluation(registry, { actor, version: version.id, evaluation });
    const [before, after] = [known?.evaluations, evaluations].map(
      (all) => all?.get(evaluation.set)?.logNumber,
    );
    return { version: version.id, wasThere: before === after };
  };
}

/** A set that the model does not know is EXTERNAL unless somebody says otherwise. */
async function describeSet(
  registry: Registry,
  { model }: Version,
  set: string,
  words: SetWords,
): Promise<void> {
  const { defineEvaluationSet, findSet } = await import("@radlite/registry/commands");
  const known = findSet(registry.state.models.get(model)!, set);
  if (known && Object.keys(words).length === 0) return;
  const { role, description, population } = {
    ...(known ?? { role: "EXTERNAL" as const, description: "", population: "" }),
    ...words,
  };
  await defineEvaluationSet(registry, {
    actor: localActor(),
    model,
    name: set,
    role,
    description,
    population,
  });
}
