/** Policies behind a server: reading and setting one, and what one makes of a version. */
import { type Client, graphql, type ResultOf, type VariablesOf } from "@radlite/registry/client";
import type { CheckedRule, PromotionCheck } from "@radlite/registry/commands";
import type { Actor, Policy, PolicyRule } from "@radlite/registry/log";
import { toCamel, toConstant } from "./names.ts";

const POLICY = graphql(`
  query ($model: ID!, $at: DateTime) {
    policy(model: $model, at: $at) {
      rules { set figure bound min } maxAucDrop dropOn reason at actor { name role }
    }
  }
`);
const SET = graphql("mutation ($input: SetPolicyInput!) { setPolicy(input: $input) { name } }");
const CHECK = graphql(`
  query ($version: ID!, $alias: String!, $policy: PolicyInput) {
    checkPromotion(version: $version, alias: $alias, policy: $policy) {
      passes canBeForced current { id } rules { rule set figure bound limit actual passes }
    }
  }
`);

/** As `HeldPolicy`, without its place in the log. */
export interface RemotePolicy extends Policy {
  reason?: string;
  at: string;
  actor: Actor;
}

/** Undefined where none held at that time. */
export async function readPolicyAt(
  remote: Client,
  { model, at }: { model: string; at: string | undefined },
): Promise<RemotePolicy | undefined> {
  const { policy } = await remote.ask(POLICY, { model, at: at ?? null });
  if (!policy) return undefined;
  const { rules, reason, actor, ...rest } = policy;
  return {
    rules: rules.map(
      ({ figure, bound, ...rule }) =>
        ({ ...rule, figure: toCamel(figure), bound: toCamel(bound) }) as PolicyRule,
    ),
    ...rest,
    ...(reason && { reason }),
    actor: { name: actor.name, role: toCamel(actor.role) as Actor["role"] },
  };
}

export async function setPolicyAt(
  remote: Client,
  { model, policy, reason }: { model: string; policy: Policy; reason: string },
): Promise<void> {
  await remote.ask(SET, { input: { model, policy: toInput(policy), reason } });
}

type RemoteCheck = ResultOf<typeof CHECK>["checkPromotion"];

export async function checkAt(
  remote: Client,
  { version, alias, policy }: { version: string; alias: string; policy?: Policy },
): Promise<Omit<PromotionCheck, "current"> & Pick<RemoteCheck, "current">> {
  const { checkPromotion } = await remote.ask(CHECK, {
    ...{ version, alias, policy: policy ? toInput(policy) : null },
  });
  return { ...checkPromotion, rules: checkPromotion.rules.map(toRule) };
}

const toRule = ({ rule, set, figure, bound, actual, ...rest }: RemoteCheck["rules"][number]): CheckedRule =>
  ({
    ...rest,
    rule: toCamel(rule),
    ...(set && { set }),
    ...(figure && { figure: toCamel(figure) }),
    ...(bound && { bound: toCamel(bound) }),
    ...(typeof actual === "number" && { actual }),
  }) as CheckedRule;

type PolicyInput = VariablesOf<typeof SET>["input"]["policy"];

const toInput = ({ rules, ...rest }: Policy): PolicyInput =>
  ({
    ...rest,
    rules: rules.map(({ figure, bound, ...rule }) => ({
      ...{ ...rule, figure: toConstant(figure), bound: toConstant(bound) },
    })),
  }) as PolicyInput;
