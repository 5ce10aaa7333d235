/** What the log says that a request with an idempotency key was answered. */
import { RadliteError } from "@radlite/model/errors";
import { digestOf, encodeJson } from "@radlite/registry/bundle";
import {
  digestKey,
  findAnswering,
  logKey,
  promotionId,
  type RegistryEvent,
  type RequestOutcome,
  readCommit,
  type State,
  versionId,
} from "@radlite/registry/log";
import type { ObjectStore } from "@radlite/registry/store";
import type { Mutation } from "./mutation.ts";

export interface KeyedRequest {
  command: string;
  /** As `digestInput` gives it. */
  digest: string;
}

/** SHA-256 of what a request asks for, by whomever, with whatever key and under whatever id. @throws BAD_INPUT for NaN and infinities. */
export function digestInput({ actor: _, idempotencyKey: __, requestId: ___, ...asked }: Mutation): string {
  try {
    return digestOf(encodeJson(asked));
  } catch (cause) {
    throw new RadliteError("BAD_INPUT", `the input holds what JSON cannot: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/**
 * @returns what the request with this key came to; undefined when there was none in the latest KEYS_KEPT.
 * @throws BAD_INPUT when that was another request.
 */
export async function findAnswer(
  store: ObjectStore,
  state: State,
  { actor, idempotencyKey = "", ...asked }: Mutation,
  { command, digest }: KeyedRequest,
): Promise<RequestOutcome | undefined> {
  const logNumber = findAnswering(state.keys, digestKey(actor.name, idempotencyKey));
  if (logNumber === undefined) return undefined;
  const isIts = (event: RegistryEvent) =>
    event.actor?.name === actor.name && event.idempotencyKey === idempotencyKey;
  const events = await readAnswering(store, logNumber, isIts);
  const answered = events.find((event) => isIts(event) && event.kind === "RequestAnswered");
  if (answered?.kind === "RequestAnswered") {
    if (answered.command === command && answered.input === digest) return answered.outcome;
    throw explainOther(idempotencyKey, answered.command, command);
  }
  const event = events.find(isIts)!;
  const first = describeOldEvent(state, event, logNumber);
  const isSame = first.command === command && (!("version" in asked) || asked.version === first.version);
  if (isSame) return { kind: "done", subject: first.subject };
  throw explainOther(idempotencyKey, first.command, command);
}

function explainOther(key: string, first: string, command: string): RadliteError {
  const other = first === command ? `${first} that asked for something else` : first;
  return new RadliteError(
    "BAD_INPUT",
    `idempotencyKey ${JSON.stringify(key)} belongs to another request: you sent it with a ${other}. Take a new key for a new request`,
  );
}

async function readAnswering(
  store: ObjectStore,
  logNumber: number,
  isIts: (event: RegistryEvent) => boolean,
): Promise<RegistryEvent[]> {
  const events = ((await readCommit(store, logNumber))?.events ?? []) as RegistryEvent[];
  if (events.some(isIts)) return events;
  throw new RadliteError(
    "UNAVAILABLE",
    `${logKey(logNumber)} does not hold the answer to its key; run "radlite registry fsck"`,
  );
}

/** Before there was RequestAnswered, the key stood on the event alone, and only what recorded one was remembered. */
function describeOldEvent(
  state: State,
  event: RegistryEvent,
  logNumber: number,
): { command: string; subject: string; version?: string } {
  switch (event.kind) {
    case "ModelCreated":
      return { command: "createModel", subject: event.model };
    case "PolicySet":
      return { command: "setPolicy", subject: event.model };
    case "VersionRegistered":
      return { command: "registerVersion", subject: versionId(event.model, event.number) };
    case "RunStarted":
      return { command: "startRun", subject: event.runId };
    case "RunFinished":
      return { command: "finishRun", subject: event.runId };
    case "AliasMoved": {
      const { model, alias, to, movement } = event;
      const moves = state.models.get(model)?.aliases.get(alias) ?? [];
      const ordinal = moves.find((move) => move.logNumber === logNumber && move.to === to)?.ordinal ?? 0;
      const subject = promotionId(model, alias, ordinal);
      return movement === "rollback"
        ? { command: "rollback", subject }
        : { command: "promote", subject, version: versionId(model, to) };
    }
    case "EvaluationRecorded":
    case "VersionArchived":
    case "VersionAnnotated": {
      const subject = versionId(event.model, event.version);
      return { command: "recordEvaluation", subject, version: subject };
    }
    default:
      throw new RadliteError("UNAVAILABLE", `${event.kind} is no event of the first release`);
  }
}
