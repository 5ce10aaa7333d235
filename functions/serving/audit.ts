/**
 * The audit of predictions (RADLITE_AUDIT_PREDICTIONS=on). An answer does not fail for it and waits a second at most:
 * it says itself whether its line was written, and what kept it from being is in the log, under the request.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type AuditedAnswer, isAudited, recordPredictions, toPrediction } from "@radlite/registry/commands";
import type { Actor } from "@radlite/registry/log";
import { addingStore } from "./registry.ts";
import { describeError } from "./respond.ts";

const PATIENCE_MS = 1_000;

export interface AuditOptions {
  requestId: string;
  actor: Actor;
  patienceMs?: number;
  /** Takes one line of JSON. */
  log?: (line: string) => void;
}

/**
 * @returns what the answer says of it, nothing where no audit is kept
 * @throws UNAVAILABLE, reason SETTINGS: what should be kept must not get lost over a word.
 */
export async function auditPrediction(
  answer: AuditedAnswer,
  { requestId, actor, patienceMs = PATIENCE_MS, log = console.error }: AuditOptions,
): Promise<{ audited?: boolean }> {
  if (!isAudited(process.env)) return {};
  const timer = new AbortController();
  const late = delay(patienceMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`the prediction was not kept within ${patienceMs} ms`);
  });
  const prediction = toPrediction(answer, { requestId, actor, at: new Date() });
  const written = addingStore().then((store) => recordPredictions(store, requestId, [prediction]));
  try {
    await Promise.race([written, late]);
    return { audited: true };
  } catch (error) {
    log(describeError(error, requestId));
    return { audited: false };
  } finally {
    late.catch(() => undefined);
    written.catch(() => undefined);
    timer.abort();
  }
}
