/**
 * Moving an alias: promote by policy, and back again. The decision is made on the state that the event follows,
 * so of two promotions that both expect the same current version one is refused as a conflict. Both answer once
 * the pointer is written that functions poll.
 */
import { RadliteError } from "@radlite/model/errors";
import {
  type AliasMoved,
  commit,
  currentVersion,
  type Decision,
  type FailedRule,
  latestPromotion,
  mendPointers,
  PRODUCTION,
  type Promotion,
  promotionId,
  type Registry,
  type Rule,
  type State,
  type Version,
} from "@radlite/registry/log";
import { readArtifact } from "./artifacts.ts";
import { findPromotion, predecessorOf } from "./history.ts";
import { requireModel, requireVersion } from "./lookup.ts";
import { checkName, checkReason, findRepeated, type Mutation, originOf } from "./mutation.ts";
import { checkPolicy } from "./policy.ts";
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

/** A version that breaks one of these cannot be served, whoever wants it. */
const NEVER_FORCED: readonly Rule[] = ["artifact", "operatingPoint", "notArchived"];

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
  const { artifact } = requireVersion(await registry.refresh(), input.version);
  const brokenArtifact = await verifyArtifact(registry, artifact);

  const result = await commit<PromoteResult>(registry, (state, at) => {
    const repeated = findRepeated(state, input, "AliasMoved");
    if (repeated !== undefined)
      return settled({ kind: "promoted", promotion: findPromotion(state, repeated)! });
    const version = requireVersion(state, input.version);
    const current = currentVersion(state, version.model, alias);
    if (!isExpected(current, input.expectedCurrent)) return settled({ kind: "conflict", current });
    if (current?.id === version.id) {
      return settled({ kind: "promoted", promotion: latestPromotion(state, version.model, alias)! });
    }
    const failedRules = [...brokenArtifact, ...checkPolicy(state, version)];
    const isForced = force && failedRules.length > 0;
    if (failedRules.some(({ rule }) => !force || NEVER_FORCED.includes(rule))) {
      return settled({ kind: "refused", failedRules });
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
  });
  if (result.kind === "promoted") await mendPointers(registry);
  return result;
}

/**
 * Back to the version that the present one was promoted over; again, to the one before that. The policy is not
 * asked: what was in production may be again.
 * @throws NOT_FOUND when there is nothing to go back to; UNAVAILABLE as `promote`.
 */
export async function rollback(registry: Registry, input: RollbackInput): Promise<RollbackResult> {
  requireCommandRole("rollback", input.actor);
  const { model, alias = PRODUCTION, reason } = input;
  checkName(alias, "alias");
  checkReason(reason);
  const result = await commit<RollbackResult>(registry, (state, at) => {
    const repeated = findRepeated(state, input, "AliasMoved");
    if (repeated !== undefined)
      return settled({ kind: "promoted", promotion: findPromotion(state, repeated)! });
    requireModel(state, model);
    const current = currentVersion(state, model, alias);
    if (!isExpected(current, input.expectedCurrent)) return settled({ kind: "conflict", current });
    const predecessor = predecessorOf(state, model, alias);
    if (!current || !predecessor) {
      throw new RadliteError("NOT_FOUND", `${model}/${alias} has no earlier version to roll back to`);
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
  });
  if (result.kind === "promoted") await mendPointers(registry);
  return result;
}

function isExpected(current: Version | undefined, expected: string | null | undefined): boolean {
  return expected === undefined || (current?.id ?? null) === expected;
}

const settled = <T>(result: T) => ({ events: [], answer: () => result });

function move(
  state: State,
  input: Mutation & { reason: string },
  at: string,
  moved: Pick<AliasMoved, "model" | "alias" | "from" | "to" | "movement" | "forced" | "failedRules">,
): Decision<{ kind: "promoted"; promotion: Promotion }> {
  const { model, alias } = moved;
  const ordinal = (state.models.get(model)?.aliases.get(alias) ?? []).length + 1;
  return {
    events: [{ ...originOf(input, at), ...moved, kind: "AliasMoved", eventVersion: 1, reason: input.reason }],
    answer: (reached) => ({
      kind: "promoted",
      promotion: findPromotion(reached, promotionId(model, alias, ordinal))!,
    }),
  };
}

async function verifyArtifact(registry: Registry, artifact: string): Promise<FailedRule[]> {
  try {
    await readArtifact(registry.store, artifact);
    return [];
  } catch (error) {
    const isBroken =
      error instanceof RadliteError && (error.code === "NOT_FOUND" || error.code === "BAD_ARTIFACT");
    if (!isBroken) throw error;
    return [{ rule: "artifact", limit: 1, actual: 0 }];
  }
}
