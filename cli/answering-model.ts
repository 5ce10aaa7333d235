/**
 * The model that a command judges radiographs with, and what stands beside it: the gate that looks first, and how the
 * model did on test sets. Of the model in production the registry says both; of one that is named, the registry where
 * it knows the file, else the bundle. A gate belongs to a data set, so the one that ships stands before whatever was
 * trained on the images that the shipped models were trained on; for anything else there is none to ask.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import type { NamedGate, ProductionAnswer } from "@radlite/model/verdict";
import type { Evaluation, VersionFacts } from "@radlite/registry/bundle";
import { readNamedFile } from "./files.ts";
import { openLocalRegistry } from "./local-registry.ts";
import { type NamedModel, readModel } from "./models.ts";
import { readProductionModel } from "./production.ts";

export interface AnsweringModel {
  bytes: Uint8Array;
  /** Of a registered one. */
  version?: { model: string; number: number };
  /** Absent where there is none to ask. */
  gate?: NamedGate;
  /** Whom the gate's data set shows. */
  population?: string;
  performance?: ProductionAnswer["performance"];
}

/**
 * @param named as `readModel` takes it; undefined for the model in production
 * @param gateFile a gate to ask in place of the model's own
 * @throws as `readModel` and `readProductionModel` do; NOT_FOUND or BAD_ARTIFACT for the gate's file.
 */
export async function readAnsweringModel(
  named: string | undefined,
  gateFile: string | undefined,
): Promise<AnsweringModel> {
  const { gate: own, ...model } = await (named === undefined ? readProductionModel() : readNamed(named));
  const gate = gateFile === undefined ? own : await openGateFile(gateFile);
  return { ...model, ...(gate && { gate, population: gate.gate.population }) };
}

async function readNamed(name: string): Promise<Omit<AnsweringModel, "population">> {
  const { digestOf } = await import("@radlite/registry/bundle");
  const model = await readModel(name);
  const known = await findRegistered(digestOf(model.bytes));
  const gate = known?.gate ?? (await findShippedGate(model));
  const performance = known?.performance ?? (await summariseTests(model.evaluations));
  const { bytes, version } = model;
  return { bytes, ...(version && { version }), ...(gate && { gate }), ...(performance && { performance }) };
}

/** Undefined where the registry does not know the file, or is not there. */
async function findRegistered(
  sha256: string,
): Promise<Pick<AnsweringModel, "gate" | "performance"> | undefined> {
  const { currentGate, findArtifact, listPerformance } = await import("@radlite/registry/log");
  const { readGate } = await import("@radlite/registry/commands");
  const registry = await openLocalRegistry("read").catch((error) => {
    if (error instanceof RadliteError) return undefined;
    throw error;
  });
  const version = registry && findArtifact(registry.state, sha256);
  if (!version) return undefined;
  const held = currentGate(registry.state, version.model);
  return {
    performance: listPerformance(registry.state.models.get(version.model)!, version),
    ...(held && { gate: await readGate(registry.store, held.artifact) }),
  };
}

async function findShippedGate({ facts }: NamedModel): Promise<NamedGate | undefined> {
  if (!facts) return undefined;
  const { findRepositoryRoot } = await import("@radlite/training/recipes");
  const { GATES_FOLDER } = await import("@radlite/registry/bundle");
  const shipped = join(findRepositoryRoot(), "registry/shipped");
  const file = join(shipped, GATES_FOLDER, `${facts.model}.rlg`);
  if (!existsSync(file) || !(await isTrainedAsShipped(facts, shipped))) return undefined;
  return openGateFile(file);
}

/** On the images of the model that is put into production first. */
async function isTrainedAsShipped({ model, trainedOn }: VersionFacts, shipped: string): Promise<boolean> {
  const { parseNamedBundles, readFacts } = await import("@radlite/registry/bundle");
  const file = join(shipped, "production.json");
  const folder = parseNamedBundles(await readNamedFile(file), file)[model];
  return (
    folder !== undefined && (await readFacts(join(shipped, folder))).trainedOn.images === trainedOn.images
  );
}

async function summariseTests(evaluations: readonly Evaluation[]): Promise<AnsweringModel["performance"]> {
  const { STANDARD_SETS } = await import("@radlite/registry/bundle");
  const { summariseScores } = await import("@radlite/model/statistics");
  const isTest = (name: string) => STANDARD_SETS.some((set) => set.name === name && set.role === "TEST");
  const tests = evaluations.filter(({ set }) => isTest(set));
  if (tests.length === 0) return undefined;
  return Object.fromEntries(
    tests.map(({ set, cases, threshold }) => {
      const probabilities = cases.map(({ probability }) => probability);
      const labels = cases.map(({ label }) => (label === "PNEUMONIA" ? 1 : 0));
      const { n, sensitivity, specificity, auc } = summariseScores(probabilities, labels, threshold);
      return [set, { n, sensitivity, specificity, auc }];
    }),
  );
}

/** @throws NOT_FOUND or BAD_ARTIFACT. */
export async function openGateFile(path: string): Promise<NamedGate> {
  const { openGate } = await import("@radlite/model/verdict/gate");
  const { digestOf } = await import("@radlite/registry/bundle");
  const file = await readNamedFile(path);
  return { gate: openGate(file), sha256: digestOf(file), bytes: file.length };
}
