/** fsck's look at artifacts, gates, evaluations and other evidence: there, undamaged, named by the log, and saying what the log says. */
import { decodeJson, digestOf, type Evaluation, encodeJson } from "@radlite/registry/bundle";
import type {
  EvaluationRecorded,
  EvidenceRecorded,
  GateSet,
  RegistryEvent,
  VersionRegistered,
} from "@radlite/registry/log";
import type { ObjectStore } from "@radlite/registry/store";
import { ARTIFACT_PREFIX } from "./artifacts.ts";
import { EVALUATION_PREFIX, summariseEvaluation } from "./evaluations.ts";
import type { FsckProblem } from "./fsck.ts";
import { EVIDENCE_PREFIX } from "./robustness.ts";
import { listUnnamed, namesIn, namesInPredictions } from "./unnamed.ts";

export interface EvidenceReport {
  /** Gates too. */
  artifacts: number;
  evaluations: number;
  problems: FsckProblem[];
}

/** `isWhole`: the events are all that there are, so what none of them names belongs to nobody. */
export async function checkEvidence(
  store: ObjectStore,
  events: readonly RegistryEvent[],
  { isWhole }: { isWhole: boolean },
): Promise<EvidenceReport> {
  const versions = events.filter((event): event is VersionRegistered => event.kind === "VersionRegistered");
  const recorded = events.filter((event): event is EvaluationRecorded => event.kind === "EvaluationRecorded");
  const gates = events.filter((event): event is GateSet => event.kind === "GateSet");
  const artifactKeys = new Map(versions.map((event) => [ARTIFACT_PREFIX + event.artifact, event]));
  const gateKeys = new Map(gates.map((event) => [ARTIFACT_PREFIX + event.artifact, event]));
  const evaluationKeys = new Map(
    recorded.map((event) => [`${EVALUATION_PREFIX}${event.evaluation}.json`, event]),
  );
  const problems: FsckProblem[] = [];
  for (const [key, { artifact, model, number }] of artifactKeys) {
    const cure = `${model}@${number} cannot be served until a file of this SHA-256 lies there again`;
    problems.push(...(await checkArtifact(store, { key, artifact, cure })));
  }
  for (const [key, { artifact, model }] of gateKeys) {
    const holds = gates.findLast((gate) => gate.model === model)?.artifact === artifact;
    const cure = holds
      ? `${model} cannot be served until a file of this SHA-256 lies there again`
      : `nobody can tell any more what the gate of ${model} let pass before`;
    problems.push(...(await checkArtifact(store, { key, artifact, cure })));
  }
  for (const [key, event] of evaluationKeys) problems.push(...(await checkEvaluation(store, key, event)));
  for (const event of events) {
    if (event.kind === "EvidenceRecorded") problems.push(...(await checkOtherEvidence(store, event)));
  }
  const report = { artifacts: artifactKeys.size + gateKeys.size, evaluations: evaluationKeys.size, problems };
  if (!isWhole) return report;
  for await (const { kind, key } of listUnnamed(
    store,
    new Set([...namesIn(events), ...(await namesInPredictions(store))]),
  )) {
    problems.push({
      kind,
      key,
      message: 'no event names it; "radlite registry gc" removes it once it is a day old',
    });
  }
  return report;
}

/** `cure`: what it means, and what helps. */
async function checkArtifact(
  store: ObjectStore,
  { key, artifact, cure }: { key: string; artifact: string; cure: string },
): Promise<FsckProblem[]> {
  const found = await store.get(key);
  if (!found) return [{ kind: "MISSING_ARTIFACT", key, message: cure }];
  if (digestOf(found.bytes) === artifact) return [];
  return [{ kind: "DAMAGED_ARTIFACT", key, message: `its bytes have another digest; ${cure}` }];
}

async function checkOtherEvidence(store: ObjectStore, event: EvidenceRecorded): Promise<FsckProblem[]> {
  const key = `${EVIDENCE_PREFIX}${event.evidence}.json`;
  const subject = `the ${event.evidenceKind} of ${event.model}@${event.version}`;
  const found = await store.get(key);
  if (!found) return [{ kind: "MISSING_EVIDENCE", key, message: `${subject} has lost its cases` }];
  if (digestOf(found.bytes) === event.evidence) return [];
  return [{ kind: "DAMAGED_EVIDENCE", key, message: `${subject} does not have its digest` }];
}

async function checkEvaluation(
  store: ObjectStore,
  key: string,
  event: EvaluationRecorded,
): Promise<FsckProblem[]> {
  const subject = `the evaluation of ${event.model}@${event.version} on ${event.set}`;
  const found = await store.get(key);
  if (!found) return [{ kind: "MISSING_EVALUATION", key, message: `${subject} has lost its cases` }];
  if (digestOf(found.bytes) !== event.evaluation) {
    return [{ kind: "DAMAGED_EVALUATION", key, message: `${subject} does not have its digest` }];
  }
  const { set, images, confusion, auc, changed, ece, engine, latencyMs } = event;
  const recorded = { set, images, confusion, auc, changed, ece, engine, latencyMs };
  const computed = summariseEvaluation(decodeJson(found.bytes) as Evaluation);
  if (digestOf(encodeJson(recorded)) === digestOf(encodeJson(computed))) return [];
  return [
    { kind: "WRONG_FIGURES", key, message: `${subject} does not give the figures that the log has of it` },
  ];
}
