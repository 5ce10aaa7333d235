/** Events to fold, with plain made-up values; `hash` gives digests that are recognised by their number. */
import type {
  Actor,
  AliasMoved,
  EvaluationRecorded,
  EvaluationSetDefined,
  EventOrigin,
  EvidenceRecorded,
  GateSet,
  ModelCreated,
  Policy,
  PolicySet,
  RunFinished,
  RunStarted,
  VersionRegistered,
} from "@radlite/registry/log";

export const hash = (n: number): string => n.toString(16).padStart(64, "0");

export const ADA: Actor = { name: "ada", role: "approver" };

export const timeOf = (second: number): string =>
  new Date(Date.UTC(2026, 10, 24, 8, 0, second)).toISOString();

const origin = (second: number): EventOrigin => ({ at: timeOf(second), actor: ADA });

export const POLICY: Policy = {
  rules: [
    { set: "validation", figure: "auc", bound: "low", min: 0.95 },
    { set: "stress", figure: "lowestSpecificity", bound: "value", min: 0.8 },
  ],
  maxAucDrop: 0.01,
  dropOn: "validation",
};

export function modelCreated(model = "chest-xray", more: Partial<ModelCreated> = {}): ModelCreated {
  return { ...origin(0), kind: "ModelCreated", eventVersion: 1, model, description: "of the chest", ...more };
}

export function policySet(model = "chest-xray", policy: Policy = POLICY): PolicySet {
  return { ...origin(1), kind: "PolicySet", eventVersion: 2, model, policy, reason: "stretched ones too" };
}

export function versionRegistered(number: number, more: Partial<VersionRegistered> = {}): VersionRegistered {
  return {
    ...origin(10 + number),
    kind: "VersionRegistered",
    eventVersion: 1,
    model: "chest-xray",
    number,
    artifact: hash(0xa00 + number),
    network: hash(0xb00 + number),
    sizeBytes: 15_872 + number,
    parameters: 13_800,
    macs: 8_400_000,
    operatingPoint: {
      temperature: Math.fround(1.37),
      threshold: Math.fround(0.42),
      thresholdRule: "sensitivity:0.95",
      validation: { truePositives: 190, falseNegatives: 10, trueNegatives: 90, falsePositives: 10 },
      validationAuc: Math.fround(0.98),
    },
    recipe: { name: "residual-16k", digest: hash(0xc01) },
    seed: 7,
    stages: [{ name: "cluster", options: { bits: 4 }, summary: { bitsPerWeight: 4.1 } }],
    trainedOn: { images: hash(0xd01), count: 4_700 },
    backend: "tensorflow 2.15.1 cpu",
    tags: { family: "residual" },
    ...more,
  };
}

export function evaluationRecorded(
  version: number,
  more: Partial<EvaluationRecorded> = {},
): EvaluationRecorded {
  return {
    ...origin(10 + version),
    kind: "EvaluationRecorded",
    eventVersion: 1,
    model: "chest-xray",
    version,
    set: "validation",
    evaluation: hash(0xe00 + version),
    images: hash(0xf01),
    confusion: { truePositives: 190, falseNegatives: 10, trueNegatives: 90, falsePositives: 10 },
    auc: { value: 0.981234, low: 0.971, high: 0.991 },
    ece: 0.012345,
    engine: "reference",
    latencyMs: 1.875,
    ...more,
  };
}

export function evaluationSetDefined(
  set: string,
  more: Partial<EvaluationSetDefined> = {},
): EvaluationSetDefined {
  return {
    ...origin(10),
    ...{ kind: "EvaluationSetDefined", eventVersion: 1, model: "chest-xray", set },
    ...{ role: "EXTERNAL", description: "ChestX-ray14, frontal", population: "adults of one hospital" },
    ...more,
  };
}

export function evidenceRecorded(number: number, more: Partial<EvidenceRecorded> = {}): EvidenceRecorded {
  return {
    ...origin(21),
    ...{ kind: "EvidenceRecorded", eventVersion: 1, model: "chest-xray", version: number },
    ...{ evidenceKind: "robustness", evidence: hash(0xb01), images: hash(0xf02) },
    ...more,
  };
}

export function gateSet(more: Partial<GateSet> = {}): GateSet {
  return {
    ...origin(20),
    ...{ kind: "GateSet", eventVersion: 1, model: "chest-xray", artifact: hash(0x9a01), sizeBytes: 494 },
    ...{ population: "children of one to five years, one hospital", reason: "fitted to the training images" },
    ...more,
  };
}

export function aliasMoved(
  from: number | null,
  to: number,
  more: Partial<Omit<AliasMoved, "eventVersion" | "failedRules">> = {},
): AliasMoved {
  return {
    ...origin(30),
    kind: "AliasMoved",
    eventVersion: 2,
    model: "chest-xray",
    alias: "production",
    from,
    to,
    movement: "promotion",
    reason: "smaller",
    forced: false,
    failedRules: [],
    ...more,
  };
}

export function runStarted(runId: string, more: Partial<RunStarted> = {}): RunStarted {
  return {
    ...origin(40),
    kind: "RunStarted",
    eventVersion: 1,
    runId,
    model: "chest-xray",
    recipe: { name: "residual-16k", digest: hash(0xc01) },
    dataset: "kermany",
    executor: "child",
    ...more,
  };
}

export function runFinished(runId: string, more: Partial<RunFinished> = {}): RunFinished {
  return { ...origin(50), kind: "RunFinished", eventVersion: 1, runId, outcome: "SUCCEEDED", ...more };
}
