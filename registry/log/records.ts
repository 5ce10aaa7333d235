/**
 * What one event makes of one record of the state: the pure pieces that fold puts together. Figures are rounded
 * here to what a snapshot keeps of them, so that a state read from a snapshot equals one folded from the log.
 */
import { listTeachers } from "@radlite/registry/bundle";
import type { EvaluationRecorded, EvidenceRecorded, RoundedEstimate } from "./evaluation-events.ts";
import type { AliasMoved, GateSet, PolicySet, RecipeRegistered, RunFinished, RunStarted } from "./events.ts";
import { type Policy, readFirstFailedRule, readFirstPolicy } from "./policies.ts";
import type {
  EvaluationSummary,
  HeldGate,
  HeldPolicy,
  HeldRecipe,
  Promotion,
  Run,
  Version,
} from "./state.ts";
import type {
  VersionAnnotated,
  VersionArchived,
  VersionRegistered,
  VersionTagged,
} from "./version-events.ts";

export const versionId = (model: string, number: number): string => `${model}@${number}`;

export const promotionId = (model: string, alias: string, ordinal: number): string =>
  `${model}/${alias}/${ordinal}`;

export function registerVersion(event: VersionRegistered, logNumber: number): Version {
  const { operatingPoint, parent, runId } = event;
  const teachers = listTeachers(event);
  return {
    id: versionId(event.model, event.number),
    model: event.model,
    number: event.number,
    artifact: event.artifact,
    sizeBytes: event.sizeBytes,
    parameters: event.parameters,
    macs: event.macs,
    recipe: event.recipe.name,
    recipeDigest: event.recipe.digest,
    seed: event.seed,
    trainingImages: event.trainedOn.images,
    stageNames: event.stages.map((stage) => stage.name),
    ...listPinned(event),
    ...(parent !== undefined && { parent }),
    ...(teachers.length > 0 && { teachers }),
    ...(runId !== undefined && { runId }),
    tags: event.tags,
    ...(operatingPoint && {
      operatingPoint: {
        temperature: Math.fround(operatingPoint.temperature),
        threshold: Math.fround(operatingPoint.threshold),
        thresholdRule: operatingPoint.thresholdRule,
      },
    }),
    evaluations: new Map(),
    createdAt: event.at,
    createdBy: event.actor.name,
    logNumber,
  };
}

function listPinned({ stages }: VersionRegistered): Pick<Version, "pinned"> {
  const pinned = stages.map(({ options }) => options.pinned ?? []);
  const isNone = pinned.every((layers) => Array.isArray(layers) && layers.length === 0);
  return isNone ? {} : { pinned: JSON.stringify(pinned) };
}

/** The latest evaluation on a set takes the place of the one before. */
export function recordEvaluation(version: Version, event: EvaluationRecorded, logNumber: number): Version {
  const { set, images, confusion, auc, changed, ece, latencyMs } = event;
  const summary: EvaluationSummary = {
    set,
    images,
    confusion,
    auc: roundEstimate(auc),
    ...(changed && { changed }),
    ece: roundTo(6, ece),
    latencyMs: roundTo(3, latencyMs),
    logNumber,
  };
  return { ...version, evaluations: new Map(version.evaluations).set(set, summary) };
}

/** The latest of a kind takes the place of the one before. */
export function holdEvidence(version: Version, event: EvidenceRecorded, logNumber: number): Version {
  const { evidenceKind: kind, evidence, images } = event;
  return { ...version, evidence: new Map(version.evidence).set(kind, { kind, evidence, images, logNumber }) };
}

export function annotateVersion(version: Version, event: VersionAnnotated, logNumber: number): Version {
  if (event.eventVersion === 2) return { ...version, notes: [...(version.notes ?? []), logNumber] };
  const merged = Object.entries({ ...version.tags, ...event.tags });
  const tags = Object.fromEntries(merged.filter((tag): tag is [string, string] => tag[1] !== null));
  return { ...version, tags };
}

export function tagVersion(version: Version, { set, remove }: VersionTagged): Version {
  const kept = Object.entries(version.tags).filter(([key]) => !remove.includes(key));
  return { ...version, tags: { ...Object.fromEntries(kept), ...set } };
}

export function archiveVersion(version: Version, { archived = true, at }: VersionArchived): Version {
  const { archivedAt: _, ...rest } = version;
  return archived ? { ...rest, archivedAt: at } : rest;
}

export function holdRecipe(event: RecipeRegistered, logNumber: number): HeldRecipe {
  const { recipe, model, at, actor } = event;
  return { ...recipe, model, registeredAt: at, registeredBy: actor.name, logNumber };
}

export function holdPolicy(event: PolicySet, logNumber: number): HeldPolicy {
  const { at, actor } = event;
  if (event.eventVersion === 1) return { ...readFirstPolicy(event.policy), at, actor, logNumber };
  const { policy, reason } = event;
  return { ...policy, ...(reason !== undefined && { reason }), at, actor, logNumber };
}

export function holdGate(event: GateSet, logNumber: number): HeldGate {
  const { artifact, sizeBytes, population, reason, at, actor } = event;
  return { artifact, sizeBytes, population, reason, at, actor, logNumber };
}

/** `policy`: the model's when the alias moved. */
export function moveAlias(
  event: AliasMoved,
  { ordinal, policy, logNumber }: { ordinal: number; policy: Policy | undefined; logNumber: number },
): Promotion {
  const { model, alias, from, to, movement, reason, forced, at, actor } = event;
  const failedRules =
    event.eventVersion === 1
      ? event.failedRules.map((rule) => readFirstFailedRule(rule, policy))
      : event.failedRules;
  return {
    id: promotionId(model, alias, ordinal),
    model,
    alias,
    ordinal,
    ...(from !== null && { from }),
    to,
    movement,
    reason,
    forced,
    failedRules,
    at,
    actor,
    logNumber,
  };
}

export function startRun(event: RunStarted, logNumber: number): Run {
  const { runId: id, model, recipe, seed, dataset, executor, at, actor } = event;
  return {
    ...{ id, model, recipe, dataset, executor },
    ...(seed !== undefined && { seed }),
    ...{ startedAt: at, startedBy: actor.name, logNumber },
  };
}

export function finishRun(run: Run, event: RunFinished): Run {
  return {
    ...run,
    outcome: event.outcome,
    finishedAt: event.at,
    ...(event.message !== undefined && { message: event.message }),
    ...(event.version !== undefined && { version: versionId(run.model, event.version) }),
  };
}

/** Six decimals. */
export function roundEstimate({ value, low, high }: RoundedEstimate): RoundedEstimate {
  return { value: roundTo(6, value), low: roundTo(6, low), high: roundTo(6, high) };
}

/** The double nearest to the decimal, as `JSON.parse` of its digits would give. */
export function roundTo(decimals: number, value: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}
