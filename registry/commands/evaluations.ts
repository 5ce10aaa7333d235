/**
 * Evaluations: evidence of a version, case by case, kept under its digest. Before one is recorded it is bound to
 * the artifact: it names its digest, was made at the sealed operating point, and (on validation) its cases give
 * the very counts that are sealed. The summary that the log keeps is computed from the cases.
 */
import { RadliteError } from "@radlite/model/errors";
import { type Calibration, formatThresholdRule } from "@radlite/model/format";
import { countConfusion, summariseScores, widenInterval } from "@radlite/model/statistics";
import {
  checkEvaluation,
  digestCases,
  digestOf,
  type Evaluation,
  type EvaluationCase,
  encodeJson,
  groupByChange,
  isNewerList,
  requireOneLabelAnImage,
  requireStressChanges,
  STRESS,
  VALIDATION,
} from "@radlite/registry/bundle";
import {
  type ChangedFigures,
  type EvaluationRecorded,
  type Registry,
  roundEstimate,
  roundTo,
  type Share,
  type Version,
} from "@radlite/registry/log";
import { isConflict, type ObjectStore } from "@radlite/registry/store";
import { type ArtifactFacts, inspectArtifact, readArtifact } from "./artifacts.ts";
import { requireVersion } from "./lookup.ts";
import { done, mutate, subjectOf } from "./mutate.ts";
import { type Mutation, originOf } from "./mutation.ts";
import { requireCommandRole } from "./roles.ts";
import { requireSet } from "./sets.ts";
import { confirmStored, type StoredBytes } from "./stored-objects.ts";

export const EVALUATION_PREFIX = "evaluations/";

/** What an EvaluationRecorded event says beside who, when and of which version. */
export type EvaluationFigures = Pick<
  EvaluationRecorded,
  "set" | "evaluation" | "images" | "confusion" | "auc" | "changed" | "ece" | "engine" | "latencyMs"
>;

export interface RecordEvaluationInput extends Mutation {
  /** Id `<model>@<number>`. */
  version: string;
  evaluation: Evaluation;
}

/**
 * Adds an evaluation to a registered version, once a set and its images: a second one changes nothing, nor does one
 * under an older list of changes. The latest on a set counts, earlier ones on other images or lists stay in the log.
 * @throws NOT_FOUND for the version; BAD_INPUT for a set that nobody defined, and for what does not fit.
 */
export async function recordEvaluation(registry: Registry, input: RecordEvaluationInput): Promise<Version> {
  requireCommandRole("recordEvaluation", input.actor);
  return mutate(registry, {
    command: "recordEvaluation",
    input: { ...input },
    async prepare(state) {
      const version = requireVersion(state, input.version);
      requireSet(state, input.evaluation.set, version.model);
      const facts = inspectArtifact(await readArtifact(registry.store, version.artifact));
      const judged = judgeEvaluation(input.evaluation, facts);
      requireStressOfValidation([judged], version);
      const objects = hasEvaluation(version, judged.figures) ? [] : [judged];
      for (const each of objects) await storeEvaluation(registry.store, each);
      return { figures: judged.figures, objects };
    },
    decide(state, at, { figures }) {
      const version = requireVersion(state, input.version);
      const { id, model, number } = version;
      const recorded: EvaluationRecorded = {
        ...{ ...originOf(input, at), ...figures },
        ...{ kind: "EvaluationRecorded", eventVersion: 2, model, version: number },
      };
      return { events: hasEvaluation(version, figures) ? [] : [recorded], outcome: done(id) };
    },
    confirm: ({ objects }) => confirmStored(registry.store, objects),
    answer: (state, outcome) => requireVersion(state, subjectOf(outcome)),
  });
}

/** Under a newer list of changes too: fewer changes must not take the place of more. */
function hasEvaluation({ evaluations }: Version, { set, images, changed }: EvaluationFigures): boolean {
  const known = evaluations.get(set);
  if (known?.images !== images) return false;
  const list = known.changed?.changes;
  return list === changed?.changes || isNewerList(list, changed?.changes);
}

/** Canonical JSON and where it is kept. */
export interface JudgedEvaluation extends StoredBytes {
  figures: EvaluationFigures;
}

/** Checks an evaluation against its artifact and computes its figures from its cases. @throws BAD_INPUT. */
export function judgeEvaluation(given: Evaluation, facts: ArtifactFacts): JudgedEvaluation {
  const evaluation = checkEvaluation(given);
  const figures = summariseEvaluation(evaluation);
  checkBinding(evaluation, figures, facts);
  requireStressChanges(evaluation);
  requireOneLabelAnImage(evaluation.cases);
  const bytes = encodeJson(evaluation);
  const digest = digestOf(bytes);
  return { figures: { ...figures, evaluation: digest }, key: `${EVALUATION_PREFIX}${digest}.json`, bytes };
}

/**
 * `stress` is validation, changed: on other radiographs its figures would say nothing of those.
 * @param version that has, or will have, what is judged.
 * @throws BAD_INPUT.
 */
export function requireStressOfValidation(judged: readonly JudgedEvaluation[], version?: Version): void {
  const figures = judged.map((one) => one.figures);
  const stress = figures.find(({ set }) => set === STRESS);
  if (!stress) return;
  const validation = figures.find(({ set }) => set === VALIDATION) ?? version?.evaluations.get(VALIDATION);
  if (!validation) {
    throw new RadliteError(
      "BAD_INPUT",
      `evaluation on ${STRESS}: expected one on ${VALIDATION} before it or beside it, of the same radiographs unchanged`,
    );
  }
  expectEqual(`evaluation on ${STRESS}: images`, stress.images, validation.images, `its ${VALIDATION} says`);
}

/** To be called only for what is about to be recorded: nothing names it before that. */
export async function storeEvaluation(store: ObjectStore, { key, bytes }: JudgedEvaluation): Promise<void> {
  await store.create(key, bytes).catch((error) => {
    if (!isConflict(error)) throw error; // the same bytes are there: a name is a digest
  });
}

/** Counts, AUC and calibration error of the cases at the evaluation's own threshold, rounded as the log keeps them. */
export function summariseEvaluation(evaluation: Evaluation): Omit<EvaluationFigures, "evaluation"> {
  const { cases, set, images, engine, latencyMs } = evaluation;
  const { confusion, auc, ece } = summariseCases(cases, evaluation.threshold);
  const changed = summariseChanges(evaluation);
  return {
    set,
    images,
    confusion,
    auc: roundEstimate(widenInterval(auc, changed?.count ?? 1)),
    ...(changed && { changed }),
    ece: roundTo(6, ece),
    engine,
    latencyMs: roundTo(3, latencyMs),
  };
}

const summariseCases = (cases: readonly EvaluationCase[], threshold: number) =>
  summariseScores(...scoresOf(cases), Math.fround(threshold));

const scoresOf = (cases: readonly EvaluationCase[]) =>
  [
    cases.map(({ probability }) => probability),
    cases.map(({ label }) => (label === "PNEUMONIA" ? 1 : 0)),
  ] as const;

/** Undefined for a set without changes. @throws BAD_INPUT for cases with a change that no list of changes names. */
function summariseChanges({ set, cases, changes, threshold }: Evaluation): ChangedFigures | undefined {
  const groups = groupByChange(cases);
  const isChanged = !groups.has(undefined);
  if (isChanged !== (changes !== undefined)) {
    throw new RadliteError(
      "BAD_INPUT",
      `evaluation on ${set}: expected a digest of the list of changes and a change in every case, or neither`,
    );
  }
  if (changes === undefined) return undefined;
  const counts = [...groups.values()].map((group) =>
    countConfusion(...scoresOf(group), Math.fround(threshold)),
  );
  return {
    changes,
    count: groups.size,
    lowestSensitivity: findLowest(counts.map((one) => [one.truePositives, one.falseNegatives])),
    lowestSpecificity: findLowest(counts.map((one) => [one.trueNegatives, one.falsePositives])),
  };
}

/** Equal shares: all groups hold the same radiographs. */
function findLowest(counts: [right: number, wrong: number][]): Share {
  const [right, wrong] = counts.reduce((lowest, one) => (one[0] < lowest[0] ? one : lowest));
  return { right, of: right + wrong };
}

function checkBinding(
  evaluation: Evaluation,
  { confusion }: Pick<EvaluationFigures, "confusion">,
  { artifact, calibration }: ArtifactFacts,
): void {
  const name = `evaluation on ${evaluation.set}`;
  expectEqual(`${name}: artifact`, evaluation.artifact, artifact);
  expectEqual(`${name}: images`, evaluation.images, digestCases(evaluation.cases));
  if (!calibration) {
    throw new RadliteError(
      "BAD_INPUT",
      `${name}: artifact ${artifact} is not sealed, so it has no operating point`,
    );
  }
  expectEqual(`${name}: temperature`, Math.fround(evaluation.temperature), sealed(calibration.temperature));
  expectEqual(`${name}: threshold`, Math.fround(evaluation.threshold), sealed(calibration.threshold));
  expectEqual(
    `${name}: thresholdRule`,
    evaluation.thresholdRule,
    formatThresholdRule(calibration.thresholdRule),
  );
  if (evaluation.set !== VALIDATION) return;
  for (const count of Object.keys(confusion) as (keyof Calibration["validation"])[]) {
    expectEqual(`${name}: ${count} of its cases`, confusion[count], calibration.validation[count]);
  }
}

const sealed = (value: number): number => Math.fround(value);

function expectEqual(
  what: string,
  actual: string | number,
  expected: string | number,
  source = "the artifact or its cases say",
): void {
  if (actual === expected) return;
  throw new RadliteError("BAD_INPUT", `${what} is ${actual}, but ${source} ${expected}`);
}
