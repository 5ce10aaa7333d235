/**
 * The audit of predictions on this machine (RADLITE_AUDIT_PREDICTIONS=on), in the registry at RADLITE_STORE. A verdict
 * does not fail for it: what could not be kept is said on stderr, and in the answer.
 */
import { setTimeout as delay } from "node:timers/promises";
import { RadliteError } from "@radlite/model/errors";
import type { AuditedAnswer, Prediction } from "@radlite/registry/commands";
import type { ObjectStore } from "@radlite/registry/store";
import { describeFailure } from "./failure.ts";
import { localActor, storeAddress } from "./local-registry.ts";
import { warn } from "./show/output.ts";

const PATIENCE_MS = 10_000;
/** A store that is away is not waited for again before this. */
const PAUSE_MS = 60_000;

export interface Audit {
  /** Of all that this command answers. */
  requestId: string;
  /** @returns whether they are kept; what kept them from being is said. */
  record(answers: readonly AuditedAnswer[]): Promise<boolean>;
}

/** Undefined where none is kept. @throws UNAVAILABLE for a setting that is none. */
export async function openAudit(): Promise<Audit | undefined> {
  if (!process.env.RADLITE_AUDIT_PREDICTIONS) return undefined; // without loading the registry
  const { isAudited, recordPredictions, toPrediction } = await import("@radlite/registry/commands");
  if (!isAudited(process.env)) return undefined;
  const { openStore } = await import("@radlite/registry/store");
  const { randomId } = await import("@radlite/registry/log");
  const requestId = randomId(Math.random);
  const actor = localActor();
  let store: Promise<ObjectStore> | undefined;
  let objects = 0;
  let awayUntilMs = 0;

  async function write(predictions: readonly Prediction[]): Promise<void> {
    store ??= openStore(storeAddress(), { access: "add" });
    await recordPredictions(await store, `${requestId}-${objects++}`, predictions);
  }

  return {
    requestId,
    async record(answers) {
      const at = new Date();
      if (performance.now() < awayUntilMs) return false;
      try {
        await within(write(answers.map((answer) => toPrediction(answer, { requestId, actor, at }))));
        return true;
      } catch (error) {
        awayUntilMs = performance.now() + PAUSE_MS;
        warn(`predictions are not kept for a minute at least: ${describeFailure(error)}`);
        return false;
      }
    },
  };
}

async function within(writing: Promise<void>): Promise<void> {
  const timer = new AbortController();
  const late = delay(PATIENCE_MS, undefined, { signal: timer.signal }).then(() => {
    throw new RadliteError("UNAVAILABLE", `${storeAddress()} did not answer within ${PATIENCE_MS / 1000} s`);
  });
  try {
    await Promise.race([writing, late]);
  } finally {
    late.catch(() => undefined);
    writing.catch(() => undefined);
    timer.abort();
  }
}
