/** Promotions and rollbacks behind a server. */
import { type Client, graphql, type ResultOf, type VariablesOf } from "@radlite/registry/client";
import type { FailedRule } from "@radlite/registry/log";
import { toCamel } from "./names.ts";

/** What the command prints of what came of it; the promotion itself stays there. */
export type RemotePromotion =
  | { kind: "promoted"; to: number }
  | { kind: "refused"; failedRules: FailedRule[] }
  | { kind: "conflict"; current: { id: string } | undefined };

const PROMOTE = graphql(`
  mutation ($input: PromoteInput!) {
    promote(input: $input) {
      __typename
      ... on Promoted { promotion { version { number } } }
      ... on Conflict { current { id } }
      ... on Refused { failedRules { rule set figure bound limit actual } }
    }
  }
`);

const ROLL_BACK = graphql(`
  mutation ($input: RollbackInput!) {
    rollback(input: $input) {
      __typename
      ... on Promoted { promotion { version { number } } }
      ... on Conflict { current { id } }
    }
  }
`);

type Outcome = ResultOf<typeof PROMOTE>["promote"] | ResultOf<typeof ROLL_BACK>["rollback"];
type AnsweredRule = Extract<Outcome, { __typename: "Refused" }>["failedRules"][number];

export async function promoteAt(
  remote: Client,
  input: VariablesOf<typeof PROMOTE>["input"],
): Promise<RemotePromotion> {
  return toPromotion((await remote.ask(PROMOTE, { input })).promote);
}

export async function rollBackAt(
  remote: Client,
  input: VariablesOf<typeof ROLL_BACK>["input"],
): Promise<RemotePromotion> {
  return toPromotion((await remote.ask(ROLL_BACK, { input })).rollback);
}

function toPromotion(outcome: Outcome): RemotePromotion {
  switch (outcome.__typename) {
    case "Promoted":
      return { kind: "promoted", to: outcome.promotion.version.number };
    case "Conflict":
      return { kind: "conflict", current: outcome.current ?? undefined };
    case "Refused":
      return { kind: "refused", failedRules: outcome.failedRules.map(toFailedRule) };
    default:
      return outcome satisfies never;
  }
}

const toFailedRule = ({ rule, set, figure, bound, ...rest }: AnsweredRule) =>
  ({
    ...rest,
    rule: toCamel(rule),
    ...(set && { set }),
    ...(figure && { figure: toCamel(figure) }),
    ...(bound && { bound: toCamel(bound) }),
  }) as FailedRule;
