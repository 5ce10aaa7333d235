/**
 * Moving an alias: promote by policy, and back again. The decision is made on the state that the event follows,
 * so of two promotions that both expect the same current version one is refused as a conflict. Both answer once
 * the pointer is written that functions poll.
 */
import { RadliteError } from "@radlite/model/errors";
import {
  type AliasMoved,
  currentVersion,
  type FailedRule,
  latestPromotion,
  mendPointers,
  PRODUCTION,
  type Promotion,
  promotionId,
  type Registry,
  type State,
  type Version,
} from "@radlite/registry/log";
import { findPromotion, predecessorOf } from "./history.ts";
import { requireModel, requireVersion } from "./lookup.ts";
import { type Decided, done, mutate, type SettledOutcome, subjectOf } from "./mutate.ts";
import { checkName, checkReason, type Mutation, originOf } from "./mutation.ts";
import { type CheckedRule, failedAmong } from "./policy.ts";
import { checkArtifact, checkRules } from "./promotion-check.ts";
import { NEVER_FORCED } from "./refusal.ts";
import { requireCommandRole } from "./roles.ts";

export interface PromoteInput extends Mutation {
  /** Id `<model>@<number>`. */
  version: string;
  /** Default `production`. */
  alias?: string;
  /** Id of the version that the caller believes the alias names; null: none; left out: not checked. */
  expectedCurrent?: string | null;
  reason: string;
  /** Promotes in spite of the policy. What cannot be served stays refused. */
  force?: boolean;
}

export interface RollbackInput extends Mutation {
  model: string;
  /** Default `production`. */
  alias?: string;
  /** As for `promote`. */
  expectedCurrent?: string | null;
  reason: string;
}

export type RollbackResult =
  | { kind: "promoted"; promotion: Promotion }
  | { kind: "conflict"; current: Version | undefined };

export type PromoteResult = RollbackResult | { kind: "refused"; failedRules: FailedRule[] };

/**
 * Points an alias at a version. One that it names already is answered with the promotion that did it.
 * @throws NOT_FOUND for the version; UNAVAILABLE when the promotion is in the log but the pointer could not be
 * written yet (the next writer to refresh does it).
 */
export async function promote(registry: Registry, input: PromoteInput): Promise<PromoteResult> {
  requireCommandRole("promote", input.actor);
  const { alias = PRODUCTION, reason, force = false } = input;
  checkName(alias, "alias");
  checkReason(reason);
  const result = await mutate<CheckedRule, PromoteResult>(registry, {
    command: "promote",
    input: { ...input, alias, force },
    prepare: (state) => checkArtifact(registry, requireVersion(state, input.version)),
    decide(state, at, artifact) {
      const version = requireVersion(state, input.version);
      const current = currentVersion(state, version.model, alias);
      if (!isExpected(current, input.expectedCurrent)) return conflict(current);
      if (current?.id === version.id) {
        return { events: [], outcome: done(latestPromotion(state, version.model, alias)!.id) };
      }
      const failedRules = failedAmong(checkRules(state, version, { artifact }));
      const isForced = force && failedRules.length > 0;
      if (failedRules.some(({ rule }) => !force || NEVER_FORCED.includes(rule))) {
        return { events: [], outcome: { kind: "refused", failedRules } };
      }
      return move(state, input, at, {
        model: version.model,
        alias,
        from: current?.number ?? null,
        to: version.number,
        movement: "promotion",
        forced: isForced,
        failedRules,
      });
    },
    answer: (state, outcome) =>
      outcome.kind === "refused"
        ? { kind: "refused", failedRules: outcome.failedRules }
        : answerMove(state, outcome),
  });
  if (result.kind === "promoted") await mendPointers(registry);
  return result;
}

/**
 * Back to the version that the present one was promoted over; again, to the one before that. The policy is not
 * asked: what was in production may be again, unless it was archived since.
 * @throws NOT_FOUND when there is nothing to go back to; CONFLICT for an archived version; UNAVAILABLE as `promote`.
 */
export async function rollback(registry: Registry, input: RollbackInput): Promise<RollbackResult> {
  requireCommandRole("rollback", input.actor);
  const { model, alias = PRODUCTION, reason } = input;
  checkName(alias, "alias");
  checkReason(reason);
  const result = await mutate<void, RollbackResult>(registry, {
    command: "rollback",
    input: { ...input, alias },
    decide(state, at) {
      requireModel(state, model);
      const current = currentVersion(state, model, alias);
      if (!isExpected(current, input.expectedCurrent)) return conflict(current);
      const predecessor = predecessorOf(state, model, alias);
      if (!current || !predecessor) {
        const message = `${model}/${alias} has no earlier version to roll back to`;
        return { events: [], outcome: { kind: "failed", code: "NOT_FOUND", message } };
      }
      if (predecessor.archivedAt !== undefined) {
        throw new RadliteError(
          "CONFLICT",
          `${predecessor.id}, from before ${current.id}, is archived: bring it back, or promote another one`,
        );
      }
      return move(state, input, at, {
        model,
        alias,
        from: current.number,
        to: predecessor.number,
        movement: "rollback",
        forced: false,
        failedRules: [],
      });
    },
    answer: answerMove,
  });
  if (result.kind === "promoted") await mendPointers(registry);
  return result;
}

function isExpected(current: Version | undefined, expected: string | null | undefined): boolean {
  return expected === undefined || (current?.id ?? null) === expected;
}

const conflict = (current: Version | undefined): Decided => ({
  events: [],
  outcome: { kind: "conflict", current: current?.id ?? null },
});

function answerMove(state: State, outcome: SettledOutcome): RollbackResult {
  if (outcome.kind !== "conflict") {
    return { kind: "promoted", promotion: findPromotion(state, subjectOf(outcome))! };
  }
  return {
    kind: "conflict",
    current: outcome.current === null ? undefined : requireVersion(state, outcome.current),
  };
}

function move(
  state: State,
  input: Mutation & { reason: string },
  at: string,
  moved: Pick<AliasMoved, "model" | "alias" | "from" | "to" | "movement" | "forced"> & {
    failedRules: FailedRule[];
  },
): Decided {
  const { model, alias } = moved;
  const ordinal = (state.models.get(model)?.aliases.get(alias) ?? []).length + 1;
  return {
    events: [{ ...originOf(input, at), ...moved, kind: "AliasMoved", eventVersion: 2, reason: input.reason }],
    outcome: done(promotionId(model, alias, ordinal)),
  };
}
