/**
 * Registering a version: one immutable artifact with its evidence. The artifact is read back from the store,
 * held to its digest and opened; size, parameters and multiply-accumulates are the bytes' own. One commit holds
 * the version and its evaluations, so there is never a version whose evidence is still to come.
 */
import { RadliteError } from "@radlite/model/errors";
import { type Calibration, formatThresholdRule } from "@radlite/model/format";
import {
  checkFacts,
  type Evaluation,
  type GivenFacts,
  isNewerList,
  listTeachers,
} from "@radlite/registry/bundle";
import {
  type EvaluationRecorded,
  findArtifactIn,
  type Registry,
  type State,
  type Version,
  type VersionRegistered,
  versionId,
} from "@radlite/registry/log";
import { ARTIFACT_PREFIX, type ArtifactFacts, inspectArtifact, readArtifact } from "./artifacts.ts";
import {
  type EvaluationFigures,
  type JudgedEvaluation,
  judgeEvaluation,
  requireStressOfValidation,
  storeEvaluation,
} from "./evaluations.ts";
import { requireModel, requireRun, requireVersion } from "./lookup.ts";
import { done, mutate, subjectOf } from "./mutate.ts";
import { type Mutation, originOf } from "./mutation.ts";
import { storeRecipe, toRecipeObject } from "./recipes.ts";
import { requireCommandRole } from "./roles.ts";
import { requireSet } from "./sets.ts";
import { confirmStored } from "./stored-objects.ts";

export interface RegisterVersionInput extends Mutation {
  /** SHA-256 of an artifact that is in the store (see `uploadArtifact`). */
  artifact: string;
  /** `sha256` is that of the artifact; size, parameters and macs, when given, must be those of the bytes. */
  facts: GivenFacts;
  evaluations?: readonly Evaluation[];
  /** The text of the recipe that the facts name, to be kept with it. */
  recipe?: string;
  runId?: string;
}

/**
 * An artifact that the model already has is not registered twice: its version is returned, after evaluations on
 * sets that it lacked, or under a newer list of changes, were added to it.
 * @throws NOT_FOUND for an artifact, model or run that is not there; BAD_ARTIFACT; BAD_INPUT for evidence that
 * does not fit the bytes.
 */
export async function registerVersion(registry: Registry, input: RegisterVersionInput): Promise<Version> {
  requireCommandRole("registerVersion", input.actor);
  const { artifact, evaluations = [] } = input;
  const facts = checkFacts(input.facts);
  const recipe = input.recipe === undefined ? [] : [toRecipeObject(input.recipe, facts.recipe)];
  return mutate(registry, {
    command: "registerVersion",
    input: { ...input, evaluations },
    async prepare(state) {
      const existing = findExisting(state, facts.model, artifact);
      for (const { set } of evaluations) requireSet(state, set, facts.model);
      const stored = await readArtifact(registry.store, artifact);
      const registration = judgeRegistration(stored, facts, evaluations, existing);
      if (!existing && input.runId !== undefined) requireRun(state, input.runId);
      // Only once all of it is right, and only what the version lacks, so that nothing is left for nobody.
      const lacked = lackedBy(existing, registration.judged);
      for (const each of lacked) await storeEvaluation(registry.store, each);
      for (const each of recipe) await storeRecipe(registry.store, each);
      const objects = [{ key: ARTIFACT_PREFIX + artifact, bytes: stored }, ...recipe, ...lacked];
      return { ...registration, objects };
    },
    decide(state, at, { bytes, judged }) {
      const existing = findExisting(state, facts.model, artifact);
      const number = existing?.number ?? requireModel(state, facts.model).versions.length + 1;
      const version = { model: facts.model, number };
      const recorded = lackedBy(existing, judged).map(({ figures }) =>
        makeEvaluationRecorded(input, figures, version, at),
      );
      const registered = existing ? [] : [makeVersionRegistered(input, facts, bytes, number, at)];
      return { events: [...registered, ...recorded], outcome: done(versionId(facts.model, number)) };
    },
    confirm: ({ objects }) => confirmStored(registry.store, objects),
    answer: (state, outcome) => requireVersion(state, subjectOf(outcome)),
  });
}

export interface JudgedRegistration {
  bytes: ArtifactFacts;
  judged: JudgedEvaluation[];
}

/**
 * All that is checked of a version before anything of it is stored.
 * @param existing the version that the model has of this artifact.
 * @throws BAD_ARTIFACT; BAD_INPUT.
 */
export function judgeRegistration(
  artifact: Uint8Array,
  facts: GivenFacts,
  evaluations: readonly Evaluation[],
  existing: Version | undefined,
): JudgedRegistration {
  checkSets(evaluations);
  const bytes = inspectArtifact(artifact);
  checkAgainstBytes(facts, bytes);
  const judged = evaluations.map((evaluation) => judgeEvaluation(evaluation, bytes));
  requireStressOfValidation(judged, existing);
  return { bytes, judged };
}

function findExisting(state: State, model: string, artifact: string): Version | undefined {
  return findArtifactIn(requireModel(state, model).versions, artifact);
}

const lackedBy = (existing: Version | undefined, judged: readonly JudgedEvaluation[]): JudgedEvaluation[] =>
  judged.filter(({ figures: { set, changed } }) => {
    const known = existing?.evaluations.get(set);
    return known === undefined || isNewerList(changed?.changes, known.changed?.changes);
  });

/** The review band stays in the artifact: the event's shape is published. */
function describeOperatingPoint({
  review: _,
  ...calibration
}: Calibration): NonNullable<VersionRegistered["operatingPoint"]> {
  return { ...calibration, thresholdRule: formatThresholdRule(calibration.thresholdRule) };
}

function makeVersionRegistered(
  input: RegisterVersionInput,
  facts: GivenFacts,
  { artifact, network, sizeBytes, parameters, macs, calibration }: ArtifactFacts,
  number: number,
  at: string,
): VersionRegistered {
  const { model, recipe, seed, stages, parent, trainedOn, backend, tags } = facts;
  const teachers = listTeachers(facts);
  return {
    ...originOf(input, at),
    kind: "VersionRegistered",
    eventVersion: 2,
    model,
    number,
    artifact,
    network,
    sizeBytes,
    parameters,
    macs,
    ...(calibration && { operatingPoint: describeOperatingPoint(calibration) }),
    recipe,
    seed,
    stages,
    ...(parent !== undefined && { parent }),
    ...(teachers.length > 0 && { teachers }),
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
  return { at, actor, kind: "EvaluationRecorded", eventVersion: 2, model, version: number, ...figures };
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
