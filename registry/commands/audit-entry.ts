/** One event for people: who did what to what, when and why, in a sentence and in full. */
import type { JsonObject } from "@radlite/registry/bundle";
import {
  type Actor,
  knowsEvent,
  type RegistryEvent,
  type StoredEvent,
  versionId,
} from "@radlite/registry/log";

export interface AuditEntry {
  logNumber: number;
  at: string;
  actor: Actor;
  /** Of the request over HTTP that brought it about; absent for what came another way, or of an earlier release. */
  requestId?: string;
  kind: string;
  model?: string;
  /** Id of what it is about: a version, run or model. */
  subject?: string;
  summary: string;
  reason?: string;
  /** All that the event says beside who and when. */
  details: JsonObject;
}

/** An event of a kind that is not known is named by its kind, and shown in full all the same. */
export function describeEvent(stored: StoredEvent, logNumber: number): AuditEntry {
  const {
    kind,
    eventVersion,
    at,
    actor,
    idempotencyKey: _,
    requestId,
    ...details
  } = stored as RegistryEvent & JsonObject;
  const isKnown = knowsEvent(`${kind}@${eventVersion}`);
  const [subject, summary] = isKnown ? summarise(stored as RegistryEvent) : [undefined, kind];
  const { model, reason } = details as { model?: string; reason?: string };
  return {
    logNumber,
    at,
    actor,
    ...(requestId !== undefined && { requestId }),
    kind,
    ...(model !== undefined && { model }),
    ...(subject !== undefined && { subject }),
    summary,
    ...(reason !== undefined && { reason }),
    details: details as JsonObject,
  };
}

function summarise(event: RegistryEvent): [subject: string | undefined, summary: string] {
  switch (event.kind) {
    case "ModelCreated":
      return [event.model, `${event.model} created`];
    case "VersionRegistered": {
      const id = versionId(event.model, event.number);
      return [id, `${id} registered, ${event.sizeBytes} bytes by ${event.recipe.name}`];
    }
    case "EvaluationRecorded": {
      const id = versionId(event.model, event.version);
      return [id, `${id} evaluated on ${event.set}`];
    }
    case "EvidenceRecorded": {
      const id = versionId(event.model, event.version);
      return [id, `${event.evidenceKind} of ${id} recorded`];
    }
    case "EvaluationSetDefined":
      return [event.model, `evaluation set ${event.set} of ${event.model} defined`];
    case "PolicySet":
      return [event.model, `policy of ${event.model} set`];
    case "GateSet":
      return [event.model, `gate of ${event.model} set: ${event.population}, ${event.sizeBytes} bytes`];
    case "AliasMoved": {
      const id = versionId(event.model, event.to);
      const how =
        event.movement === "rollback" ? "rolled back" : event.forced ? "promoted by force" : "promoted";
      return [id, `${event.alias} ${how} to ${id}`];
    }
    case "RecipeRegistered":
      return [event.recipe.digest, `recipe ${event.recipe.name} registered`];
    case "RunStarted":
      return [
        event.runId,
        `run ${event.runId} of ${event.recipe.name} started on ${event.dataset}${event.seed === undefined ? "" : `, seed ${event.seed}`}`,
      ];
    case "RunFinished":
      return [event.runId, `run ${event.runId} ${event.outcome.toLowerCase()}`];
    case "VersionArchived": {
      const id = versionId(event.model, event.version);
      return [id, `${id} ${(event.archived ?? true) ? "archived" : "brought back from the archive"}`];
    }
    case "VersionAnnotated": {
      const id = versionId(event.model, event.version);
      return [id, `${id} annotated`];
    }
    case "VersionTagged": {
      const id = versionId(event.model, event.version);
      const set = Object.entries(event.set).map(([key, value]) => `${key} = ${value}`);
      const removed = event.remove.map((key) => `${key} removed`);
      return [id, `${id} tagged: ${[...set, ...removed].join(", ")}`];
    }
    case "RequestAnswered":
      return [undefined, `${event.command} with a key answered: ${event.outcome.kind}`];
    default:
      return event satisfies never;
  }
}
