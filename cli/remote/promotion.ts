/** Promotions and rollbacks behind a server. */
import type { FailedRule } from "@radlite/registry/log";
import type { Remote } from "../remote.ts";
import { toCamel } from "./names.ts";

/** What the command prints of what came of it; the promotion itself stays there. */
export type RemotePromotion =
  | { kind: "promoted"; to: number }
  | { kind: "refused"; failedRules: FailedRule[] }
  | { kind: "conflict"; current: { id: string } | undefined };

const OUTCOME = `__typename
  ... on Promoted { promotion { version { number } } }
  ... on Conflict { current { id } }`;

interface Outcome {
  __typename: "Promoted" | "Refused" | "Conflict";
  promotion?: { version: { number: number } };
  current?: { id: string } | null;
  failedRules?: (FailedRule & { figure: string | null; bound: string | null; set: string | null })[];
}

export async function promoteAt(remote: Remote, input: Record<string, unknown>): Promise<RemotePromotion> {
  const { promote } = await remote.graphql<{ promote: Outcome }>(
    `mutation ($input: PromoteInput!) { promote(input: $input) { ${OUTCOME}
      ... on Refused { failedRules { rule set figure bound limit actual } } } }`,
    { input },
  );
  return toPromotion(promote);
}

export async function rollBackAt(remote: Remote, input: Record<string, unknown>): Promise<RemotePromotion> {
  const { rollback } = await remote.graphql<{ rollback: Outcome }>(
    `mutation ($input: RollbackInput!) { rollback(input: $input) { ${OUTCOME} } }`,
    { input },
  );
  return toPromotion(rollback);
}

function toPromotion({ __typename, promotion, current, failedRules = [] }: Outcome): RemotePromotion {
  if (__typename === "Promoted") return { kind: "promoted", to: promotion!.version.number };
  if (__typename === "Conflict") return { kind: "conflict", current: current ?? undefined };
  return { kind: "refused", failedRules: failedRules.map(toFailedRule) };
}

const toFailedRule = ({ rule, set, figure, bound, ...rest }: NonNullable<Outcome["failedRules"]>[number]) =>
  ({
    ...rest,
    rule: toCamel(rule),
    ...(set && { set }),
    ...(figure && { figure: toCamel(figure) }),
    ...(bound && { bound: toCamel(bound) }),
  }) as FailedRule;
