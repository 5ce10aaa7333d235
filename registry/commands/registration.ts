/**
 * What registering a version is made of: read, judge against the bytes, store what is lacked, decide. The artifact is
 * read back from the store, held to its digest and opened; size, parameters and multiply-accumulates are the bytes' own.
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
  type RegistryEvent,
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
import { requireModel, requireRun } from "./lookup.ts";
import { type Mutation, originOf } from "./mutation.ts";
import { storeRecipe, toRecipeObject } from "./recipes.ts";
import { requireSet } from "./sets.ts";
import type { StoredBytes } from "./stored-objects.ts";

/** One version to register. */
export interface Registration {
  /** SHA-256 of an artifact that is in the store (see `uploadArtifact`). */
  artifact: string;
  /** `sha256` is that of the artifact; size, parameters and macs, when given, must be those of the bytes. */
  facts: GivenFacts;
  evaluations?: readonly Evaluation[];
  /** The text of the recipe that the facts name, to be kept with it. */
  recipe?: string;
  runId?: string;
}

/** A registration whose texts have been checked. */
export interface ReadRegistration extends Required<Pick<Registration, "artifact" | "evaluations">> {
  facts: GivenFacts;
  recipes: StoredBytes[];
  runId: string | undefined;
}

/** @throws BAD_INPUT. */
export function readRegistration({
  artifact,
  evaluations = [],
  runId,
  ...given
}: Registration): ReadRegistration {
  const facts = checkFacts(given.facts);
  const recipes = given.recipe === undefined ? [] : [toRecipeObject(given.recipe, facts.recipe)];
  return { artifact, evaluations, facts, recipes, runId };
}

export interface PreparedRegistration extends ReadRegistration, JudgedRegistration {
  /** What its model lacked when it was looked at. */
  lacked: JudgedEvaluation[];
  /** All that its events name. */
  objects: StoredBytes[];
}

/**
 * Looks at all of it and stores nothing.
 * @param given the artifact, where it is being read already.
 * @throws NOT_FOUND; BAD_ARTIFACT; BAD_INPUT.
 */
export async function prepareRegistration(
  { store }: Registry,
  state: State,
  read: ReadRegistration,
  given?: Promise<Uint8Array>,
): Promise<PreparedRegistration> {
  const { artifact, facts, evaluations, recipes, runId } = read;
  const existing = findExisting(state, facts.model, artifact);
  for (const { set } of evaluations) requireSet(state, set, facts.model);
  const stored = await (given ?? readArtifact(store, artifact));
  const registration = judgeRegistration(inspectArtifact(stored, artifact), facts, evaluations, existing);
  if (!existing && runId !== undefined) requireRun(state, runId);
  const lacked = lackedBy(existing, registration.judged);
  const objects = [{ key: ARTIFACT_PREFIX + artifact, bytes: stored }, ...recipes, ...lacked];
  return { ...read, ...registration, lacked, objects };
}

/** To be called only once all of it is right, and only for what is lacked, so that nothing is left for nobody. */
export async function storeRegistration(
  { store }: Registry,
  { lacked, recipes }: PreparedRegistration,
): Promise<void> {
  for (const each of lacked) await storeEvaluation(store, each);
  for (const each of recipes) await storeRecipe(store, each);
}

/** @param before new versions of the same model that come in the same commit. */
export function decideRegistration(
  state: State,
  prepared: PreparedRegistration,
  { input, at, before = 0 }: { input: Mutation; at: string; before?: number | undefined },
): { id: string; isNew: boolean; events: RegistryEvent[] } {
  const { facts, artifact, bytes, judged } = prepared;
  const existing = findExisting(state, facts.model, artifact);
  const number = existing?.number ?? requireModel(state, facts.model).versions.length + 1 + before;
  const version = { model: facts.model, number };
  const recorded = lackedBy(existing, judged).map(({ figures }) =>
    makeEvaluationRecorded(input, figures, version, at),
  );
  const registered = existing ? [] : [makeVersionRegistered(input, prepared, bytes, number, at)];
  return { id: versionId(facts.model, number), isNew: !existing, events: [...registered, ...recorded] };
}

export interface JudgedRegistration {
  bytes: ArtifactFacts;
  judged: JudgedEvaluation[];
}

/**
 * All that is checked of a version before anything of it is stored.
 * @param bytes what they say, see `inspectArtifact`.
 * @param existing the version that the model has of this artifact.
 * @throws BAD_INPUT.
 */
export function judgeRegistration(
  bytes: ArtifactFacts,
  facts: GivenFacts,
  evaluations: readonly Evaluation[],
  existing: Version | undefined,
): JudgedRegistration {
  checkSets(evaluations);
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
  input: Mutation,
  { facts, runId }: ReadRegistration,
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
    ...(runId !== undefined && { runId }),
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
