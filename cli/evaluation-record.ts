/** Where what was measured on the command line is kept: in the registry, with the version of the model that was named. */
import { RadliteError } from "@radlite/model/errors";
import type { Evaluation, EvaluationSet, Robustness } from "@radlite/registry/bundle";
import type { Registry, Version } from "@radlite/registry/log";
import { localActor, openLocalRegistry, storeAddress } from "./local-registry.ts";
import type { NamedModel } from "./models.ts";

/** What is said of a set beside its name; what is left out stays as it is. */
export type SetWords = Partial<Omit<EvaluationSet, "name">>;

export interface RecordedEvaluation {
  /** Id of the version. */
  version: string;
  /** Whether it was on record before, for these images, so that nothing changed. */
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
  const { recordEvaluation } = await import("@radlite/registry/commands");
  const { registry, actor, known, provide } = await openFor(model);
  return async (evaluation) => {
    const version = await provide();
    await describeSet(registry, version, evaluation.set, words);
    const { evaluations } = await recordEvaluation(registry, { actor, version: version.id, evaluation });
    const [before, after] = [known?.evaluations, evaluations].map(
      (all) => all?.get(evaluation.set)?.logNumber,
    );
    return { version: version.id, wasThere: before === after };
  };
}

/** The same for what became of the model's answers when its radiographs came another way. */
export async function prepareRobustness(
  model: NamedModel,
): Promise<(robustness: Robustness) => Promise<RecordedEvaluation>> {
  const { recordRobustness } = await import("@radlite/registry/commands");
  const { registry, actor, known, provide } = await openFor(model);
  return async (robustness) => {
    const { id: version } = await provide();
    const { evidence } = await recordRobustness(registry, { actor, version, robustness });
    const [before, after] = [known?.evidence, evidence].map((all) => all?.get("robustness")?.logNumber);
    return { version, wasThere: before === after };
  };
}

async function openFor({ name, bytes, version: named, folder }: NamedModel) {
  const { registerBundle } = await import("@radlite/registry/commands");
  const { digestOf } = await import("@radlite/registry/bundle");
  const { findArtifact, findVersion } = await import("@radlite/registry/log");
  const registry = await openLocalRegistry("write");
  const actor = localActor();
  const known = named
    ? findVersion(registry.state, `${named.model}@${named.number}`)
    : findArtifact(registry.state, digestOf(bytes));
  if (!known && folder === undefined) {
    throw new RadliteError(
      "BAD_INPUT",
      `no version at ${storeAddress()} has the file ${name}: name its bundle, which is registered with it, or leave --register away`,
    );
  }
  const provide = async (): Promise<Version> => known ?? (await registerBundle(registry, folder!, { actor }));
  return { registry, actor, known, provide };
}

/** A set that the model does not know is as `describeNewSet` has it unless somebody says otherwise. */
async function describeSet(
  registry: Registry,
  { model }: Version,
  set: string,
  words: SetWords,
): Promise<void> {
  const { defineEvaluationSet, findSet } = await import("@radlite/registry/commands");
  const { describeNewSet } = await import("@radlite/registry/bundle");
  const known = findSet(registry.state.models.get(model)!, set);
  if (known && Object.keys(words).length === 0) return;
  const { role, description, population } = {
    ...(known ?? describeNewSet(set)),
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
