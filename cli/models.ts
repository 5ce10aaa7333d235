/**
 * Models as people name them: a model file, a bundle folder, a model that comes with Radlite (`residual-64`, or
 * `residual-64/parent` for the float network before its compression), or a registered version (`chest-xray@3`).
 * Beside the bytes comes what is known of them: of a lone file nothing.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import type { Evaluation, VersionFacts } from "@radlite/registry/bundle";
import type { VersionRegistered } from "@radlite/registry/log";
import { readNamedFile } from "./files.ts";
import { openLocalRegistry, storeAddress } from "./local-registry.ts";

export interface NamedModel {
  /** As it was named. */
  name: string;
  bytes: Uint8Array;
  /** Where it is a registered one. */
  version?: { model: string; number: number };
  facts?: VersionFacts;
  evaluations: Evaluation[];
  /** The text of the recipe that it was made by. */
  recipe?: string;
  /** The folder of a bundle that was named by it. */
  folder?: string;
}

/** What the argument of a command may be. */
export const MODEL_ARGUMENT =
  "a model file (.rlm), a bundle folder, the name of a shipped model, or a version such as chest-xray@3";

/** A registered version as it is named. */
export const VERSION = /^[a-z0-9][a-z0-9-]*@[1-9]\d*$/;
const SHIPPED = /^[a-z0-9][a-z0-9-]*(\/parent)?$/;

/** Errors: NOT_FOUND (no such file, model or version); BAD_INPUT (a bundle that is damaged),
 * BAD_ARTIFACT (one whose model file is another). */
export async function readModel(name: string): Promise<NamedModel> {
  const found = statSync(name, { throwIfNoEntry: false });
  if (found?.isDirectory()) return { ...(await readBundleNamed(name, name)), folder: name };
  if (found) return { name, bytes: await readNamedFile(name), evaluations: [] };
  if (VERSION.test(name)) return readVersion(name);
  if (SHIPPED.test(name)) {
    const { findRepositoryRoot } = await import("@radlite/training/recipes");
    const folder = join(findRepositoryRoot(), "registry/shipped", name);
    if (existsSync(folder)) return readBundleNamed(folder, name);
  }
  throw new RadliteError(
    "NOT_FOUND",
    `there is no file, bundle or shipped model ${name}; expected ${MODEL_ARGUMENT}`,
  );
}

async function readBundleNamed(folder: string, name: string): Promise<NamedModel> {
  const { ARTIFACT_FILE, digestOf, FACTS_FILE, readBundle } = await import("@radlite/registry/bundle");
  const bundle = await readBundle(folder);
  if (digestOf(bundle.bytes) === bundle.facts.sha256) return { name, ...bundle };
  throw new RadliteError(
    "BAD_ARTIFACT",
    `${join(name, ARTIFACT_FILE)} is not the file that ${FACTS_FILE} beside it speaks of, with its evaluations: it is damaged or another. Name the file itself to use it without what is said there`,
  );
}

async function readVersion(name: string): Promise<NamedModel> {
  const { readArtifact, readEvaluation, readRecipe, readVersionFacts } = await import(
    "@radlite/registry/commands"
  );
  const { sortSets } = await import("@radlite/registry/bundle");
  const { findVersion } = await import("@radlite/registry/log");
  const registry = await openLocalRegistry("read");
  const version = findVersion(registry.state, name);
  if (!version) {
    throw new RadliteError(
      "NOT_FOUND",
      `version ${name} is not registered at ${storeAddress()}, and there is no file of that name; "radlite registry list" shows the versions`,
    );
  }
  const facts = await toFacts(await readVersionFacts(registry, version));
  const evaluations = await Promise.all(
    sortSets(version.evaluations.keys()).map((set) => readEvaluation(registry, version, set)),
  );
  const recipe = await readRecipe(registry.store, facts.recipe.digest);
  return {
    name,
    ...(recipe !== undefined && { recipe }),
    version: { model: version.model, number: version.number },
    bytes: await readArtifact(registry.store, facts.sha256),
    facts,
    evaluations: evaluations.filter((evaluation) => evaluation !== undefined),
  };
}

/** The version.json that a registered version came from. */
async function toFacts({ artifact: sha256, ...event }: VersionRegistered): Promise<VersionFacts> {
  const { listTeachers, nameTeachers } = await import("@radlite/registry/bundle");
  const { model, sizeBytes, parameters, macs, recipe, seed, stages, trainedOn, backend, tags } = event;
  const { parent } = event;
  return {
    formatVersion: 1,
    ...{ model, sha256, sizeBytes, parameters, macs, recipe, seed, stages },
    ...(parent === undefined ? {} : { parent }),
    ...nameTeachers(listTeachers(event)),
    ...{ trainedOn, backend, tags },
  };
}
