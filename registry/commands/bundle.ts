/** Registering what lies in a bundle's folder. */
import { RadliteError } from "@radlite/model/errors";
import { describeNewSet, digestOf, findParentBundle, readBundle } from "@radlite/registry/bundle";
import { findArtifactIn, type Registry, type Version } from "@radlite/registry/log";
import { isConflict } from "@radlite/registry/store";
import { inspectArtifact, uploadArtifact } from "./artifacts.ts";
import { requireModel } from "./lookup.ts";
import { createModel } from "./models.ts";
import type { Mutation } from "./mutation.ts";
import { judgeRegistration } from "./registration.ts";
import { defineEvaluationSet, findSet } from "./sets.ts";
import { registerVersion } from "./versions.ts";

const MAX_ANCESTORS = 8;

export interface RegisterBundleInput extends Mutation {
  runId?: string;
}

/**
 * Registers the version of a bundle, its parent first, creating the model when it does not exist, and sets that
 * it does not know as `describeNewSet` has them. What is registered already stays as it is.
 * @throws BAD_INPUT that names the file and what is wrong with it; BAD_ARTIFACT.
 */
export function registerBundle(
  registry: Registry,
  folder: string,
  input: RegisterBundleInput,
): Promise<Version> {
  return registerNested(registry, folder, input, 0);
}

async function registerNested(
  registry: Registry,
  folder: string,
  input: RegisterBundleInput,
  depth: number,
): Promise<Version> {
  if (depth > MAX_ANCESTORS) {
    throw new RadliteError("BAD_INPUT", `${folder}: bundles lie over ${MAX_ANCESTORS} deep in each other`);
  }
  const { facts, bytes, evaluations, recipe } = await readBundle(folder);
  const model = (await registry.refresh()).models.get(facts.model);
  const existing = model && findArtifactIn(model.versions, facts.sha256);
  // before anything is stored that nothing would name
  judgeRegistration(inspectArtifact(bytes), facts, evaluations, existing);
  const parent = findParentBundle(folder);
  if (parent !== undefined) await registerNested(registry, parent, { actor: input.actor }, depth + 1);
  await ensureModel(registry, facts.model, input);
  for (const { set } of evaluations) await ensureSet(registry, { ...input, model: facts.model, name: set });
  const artifact = await uploadArtifact(registry.store, bytes);
  const isItsOwn = recipe !== undefined && digestOf(recipe) === facts.recipe.digest;
  if (recipe !== undefined && !isItsOwn) {
    registry.logger.warn(
      `${folder}: the recipe there is not the one that made the version, and is not kept with it`,
    );
  }
  return registerVersion(registry, {
    ...{ ...input, artifact, facts, evaluations },
    ...(isItsOwn && { recipe }),
  });
}

/** Nobody has said what it is. */
async function ensureSet(
  registry: Registry,
  { actor, model, name }: Mutation & { model: string; name: string },
): Promise<void> {
  if (findSet(requireModel(registry.state, model), name)) return;
  await defineEvaluationSet(registry, { actor, model, name, ...describeNewSet(name) });
}

async function ensureModel(registry: Registry, name: string, { actor }: Mutation): Promise<void> {
  if ((await registry.refresh()).models.has(name)) return;
  await createModel(registry, { name, description: "", actor }).catch((error) => {
    if (!isConflict(error)) throw error; // somebody created it meanwhile
  });
}
