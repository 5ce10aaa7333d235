/**
 * mutate: the way of every mutation into the log. What it adds to `commit` is the idempotency key: a request that
 * comes with one is recorded with the digest of its input and what it came to, in the commit of its own events or in
 * one of its own when there are none (a refusal, a conflict, nothing to change). Repeated, it is answered from there.
 *
 * Invariant: of the requests with one key exactly one decides, however many come at once; the others wait for its
 * commit and are answered from it. What is thrown is no answer and is not remembered: bad input, a name that is not
 * there, a store that does not answer. Such a request may be sent again with its key.
 */
import { RadliteError } from "@radlite/model/errors";
import {
  commit,
  digestKey,
  findAnswering,
  type Registry,
  type RegistryEvent,
  type RequestAnswered,
  type RequestOutcome,
  type State,
  tryToMendPointers,
} from "@radlite/registry/log";
import { isUnavailable } from "@radlite/registry/store";
import { digestInput, findAnswer } from "./answers.ts";
import { checkIdempotencyKey, type Mutation, originOf } from "./mutation.ts";
import type { Command } from "./roles.ts";

export interface Decided {
  /** Nothing to record when empty. */
  events: RegistryEvent[];
  outcome: RequestOutcome;
}

/** What an answer is made of; a failure is thrown before. */
export type SettledOutcome = Exclude<RequestOutcome, { kind: "failed" }>;

export interface MutationSteps<P, T> {
  /** Its name in the log; who may is for the command itself to check. */
  command: Command;
  /** All of it, with its defaults: what asks for the same must have the same digest. */
  input: Mutation & Readonly<Record<string, unknown>>;
  /** What is read or stored before deciding. It is left out for a request that was answered before. */
  prepare?(state: State): Promise<P>;
  /**
   * `prepare` may do with what this process knows already, which saves asking the log first: `decide` finds on the fresh
   * state whatever has changed since. What it throws on what is known is tried anew on what is there.
   */
  preparesOnKnown?: boolean;
  /** Pure: it may be asked again, on a fresher state. */
  decide(state: State, at: string, prepared: P): Decided;
  /** Looks after what the events name, once they are in the log. */
  confirm?(prepared: P): Promise<void>;
  /** From the state that holds the events. */
  answer(state: State, outcome: SettledOutcome): T;
}

const IS_ANSWERED = Symbol("answered by another request with the same key");

/**
 * @throws BAD_INPUT for a key that belongs to another request; REFUSED on a read-only store; UNAVAILABLE when the
 * outcome is not known; and what the steps throw.
 */
export async function mutate<P = void, T = unknown>(
  registry: Registry,
  { command, input, prepare, preparesOnKnown = false, decide, confirm, answer }: MutationSteps<P, T>,
): Promise<T> {
  const { actor, idempotencyKey, requestId } = input;
  if (idempotencyKey !== undefined) checkIdempotencyKey(idempotencyKey);
  const request = idempotencyKey === undefined ? undefined : { command, digest: digestInput(input) };
  for (let isKnown = preparesOnKnown && request === undefined; ; isKnown = false) {
    const state = isKnown ? registry.state : await registry.refresh();
    const known = request && (await findAnswer(registry.store, state, input, request));
    if (known) return settle(known, (outcome) => answer(state, outcome));
    let prepared: P;
    try {
      prepared = (await prepare?.(state)) as P;
    } catch (error) {
      if (!isKnown || isUnavailable(error)) throw error;
      continue;
    }
    const result = await commit<T | typeof IS_ANSWERED>(registry, (fresh, at) => {
      const isAnswered =
        idempotencyKey !== undefined &&
        findAnswering(fresh.keys, digestKey(actor.name, idempotencyKey)) !== undefined;
      if (isAnswered) return { events: [], answer: () => IS_ANSWERED };
      const { events, outcome } = decide(fresh, at, prepared);
      const record: RequestAnswered[] =
        request && idempotencyKey !== undefined
          ? [
              {
                ...originOf(input, at),
                kind: "RequestAnswered",
                eventVersion: outcome.kind === "allDone" ? 2 : 1,
                idempotencyKey,
                command,
                input: request.digest,
                outcome,
              },
            ]
          : [];
      const asked = requestId === undefined ? {} : { requestId };
      return {
        events: [...events, ...record].map((event) => ({ ...event, ...asked })),
        answer: (reached) => settle(outcome, (settled) => answer(reached, settled)),
      };
    });
    if (result === IS_ANSWERED) continue;
    await confirm?.(prepared);
    await tryToMendPointers(registry); // a pointer says figures and a gate too, which others than promotions change
    return result;
  }
}

function settle<T>(outcome: RequestOutcome, answer: (outcome: SettledOutcome) => T): T {
  if (outcome.kind === "failed") throw new RadliteError(outcome.code, outcome.message);
  return answer(outcome);
}

/** It was done, or was so already. @param subject id of the model, version, recipe, promotion or run that says so. */
export const done = (subject: string): RequestOutcome => ({ kind: "done", subject });

/** The same of a command that is answered with many. */
export const allDone = (subjects: string[]): RequestOutcome => ({ kind: "allDone", subjects });

/** The id in the outcome of a command that knows no other. */
export function subjectOf(outcome: SettledOutcome): string {
  if (outcome.kind === "done") return outcome.subject;
  throw explainOutcome(outcome);
}

export function subjectsOf(outcome: SettledOutcome): string[] {
  if (outcome.kind === "allDone") return outcome.subjects;
  throw explainOutcome(outcome);
}

const explainOutcome = ({ kind }: SettledOutcome): RadliteError =>
  new RadliteError(
    "UNAVAILABLE",
    `the log holds the outcome "${kind}" where none can be: use a newer Radlite`,
  );
