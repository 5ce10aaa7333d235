/**
 * Registering a version: one immutable artifact with its evidence. The artifact is read back from the store,
 * held to its digest and opened; size, parameters and multiply-accumulates are the bytes' own. One commit holds
 * the version and its evaluations, so there is never a version whose evidence is still to come.
 */
import { RadliteError } from "@radlite/model/errors";
import { formatThresholdRule } from "@radlite/model/format";
import { checkFacts, type Evaluation, type GivenFacts } from "@radlite/registry/bundle";
import {
  commit,
  type EvaluationRecorded,
  type Registry,
  type RegistryEvent,
  type State,
  type Version,
  type VersionRegistered,
  versionId,
} from "@radlite/registry/log";
import { type ArtifactFacts, inspectArtifact, readArtifact } from "./artifacts.ts";
import { type EvaluationFigures, storeEvaluation } from "./evaluations.ts";
import { requireModel, requireRun, requireVersion } from "./lookup.ts";
import { findRepeated, type Mutation, originOf } from "./mutation.ts";
import { requireCommandRole } from "./roles.ts";

export interface RegisterVersionInput extends Mutation {
  /** SHA-256 of an artifact that is in the store (see `uploadArtifact`). */
  artifact: string;
  /** `sha256` is that of the artifact; size, parameters and macs, when given, must be those of the bytes. */
  facts: GivenFacts;
  evaluations?: readonly Evaluation[];
  runId?: string;
}

/**
 * An artifact that the model already has is not registered twice: its version is returned, after evaluations on
 * sets that it lacked were added to it.
 * @throws NOT_FOUND for an artifact, model or run that is not there; BAD_ARTIFACT; BAD_INPUT for evidence that
 * does not fit the bytes.
 */
export async function registerVersion(registry: Registry, input: RegisterVersionInput): Promise<Version> {
  requireCommandRole("registerVersion", input.actor);
  const { artifact, evaluations = [] } = input;
  const facts = checkFacts(input.facts);
  requireModel(await registry.refresh(), facts.model);
  const bytes = inspectArtifact(await readArtifact(registry.store, artifact));
  checkAgainstBytes(facts, bytes);
  checkSets(evaluations);
  const figures: EvaluationFigures[] = [];
  for (const evaluation of evaluations)
    figures.push(await storeEvaluation(registry.store, evaluation, bytes));

  return commit(registry, (state, at) => {
    const existing = findExisting(state, input, facts.model);
    if (existing) {
      const missing = figures.filter(({ set }) => !existing.evaluations[set]);
      return {
        events: missing.map((found) => makeEvaluationRecorded(input, found, existing, at)),
        answer: (reached) => requireVersion(reached, existing.id),
      };
    }
    if (input.runId !== undefined) requireRun(state, input.runId);
    const number = requireModel(state, facts.model).versions.length + 1;
    return {
      events: [
        makeVersionRegistered(input, facts, bytes, number, at),
        ...figures.map((found) => makeEvaluationRecorded(input, found, { model: facts.model, number }, at)),
      ] satisfies RegistryEvent[],
      answer: (reached) => requireVersion(reached, versionId(facts.model, number)),
    };
  });
}

function findExisting(state: State, input: RegisterVersionInput, model: string): Version | undefined {
  const repeated = findRepeated(state, input, "VersionRegistered");
  if (repeated !== undefined) return requireVersion(state, repeated);
  return requireModel(state, model).versions.find(({ artifact }) => artifact === input.artifact);
}

function makeVersionRegistered(
  input: RegisterVersionInput,
  facts: GivenFacts,
  { artifact, network, sizeBytes, parameters, macs, calibration }: ArtifactFacts,
  number: number,
  at: string,
): VersionRegistered {
  const { model, recipe, seed, stages, parent, teacher, trainedOn, backend, tags } = facts;
  return {
    ...originOf(input, at),
    kind: "VersionRegistered",
    eventVersion: 1,
    model,
    number,
    artifact,
    network,
    sizeBytes,
    parameters,
    macs,
    ...(calibration && {
      operatingPoint: { ...calibration, thresholdRule: formatThresholdRule(calibration.thresholdRule) },
    }),
    recipe,
    seed,
    stages,
    ...(parent !== undefined && { parent }),
    ...(teacher !== undefined && { teacher }),
    trainedOn,
    backend,
    tags,
    ...(input.runId !== undefined && { runId: input.runId }),
  };
}

/** The idempotency key belongs to the version's own event. */
function makeEvaluationRecorded(
  { actor }: Mutation,
  figures: EvaluationFigures,
  { model, number }: Pick<Version, "model" | "number">,
  at: string,
): EvaluationRecorded {
  return { at, actor, kind: "EvaluationRecorded", eventVersion: 1, model, version: number, ...figures };
}

function checkAgainstBytes(facts: GivenFacts, bytes: ArtifactFacts): void {
  const given = {
    sha256: facts.sha256,
    sizeBytes: facts.sizeBytes,
    parameters: facts.parameters,
    macs: facts.macs,
  };
  const actual = { ...bytes, sha256: bytes.artifact };
  for (const field of ["sha256", "sizeBytes", "parameters", "macs"] as const) {
    if (given[field] === undefined || given[field] === actual[field]) continue;
    throw new RadliteError(
      "BAD_INPUT",
      `facts.${field} is ${given[field]}, but the artifact's bytes say ${actual[field]}: is this its version.json?`,
    );
  }
}

function checkSets(evaluations: readonly Evaluation[]): void {
  const sets = evaluations.map(({ set }) => set);
  if (new Set(sets).size === sets.length) return;
  throw new RadliteError("BAD_INPUT", `evaluations are on ${sets.join(" and ")}: expected one a set at most`);
}
