/**
 * What a request for a verdict wants answered that would be refused, or left to a person, and whether it wants it
 * explained: onOutside, onReview and explain.
 */
import { quote, RadliteError } from "@radlite/model/errors";
import type { Asked } from "@radlite/model/verdict";
import type { APIGatewayProxyEventV2 } from "aws-lambda";

/** The parameters, and the values that each takes. */
export const ASKED_VALUES = {
  onOutside: ["answer"],
  onReview: ["answer"],
  explain: ["true", "if-possible"],
} as const satisfies Readonly<Record<keyof Asked, readonly string[]>>;

type Values = typeof ASKED_VALUES;
/** As it was sent: what `explain=if-possible` comes to, the model says. */
export type Sent = { [Name in keyof Values]: Values[Name][number] | undefined };

/** @throws BAD_INPUT with reason UNKNOWN_PARAMETER for another value than those of `ASKED_VALUES` */
export function findAsked({ rawQueryString }: Pick<APIGatewayProxyEventV2, "rawQueryString">): Sent {
  const query = new URLSearchParams(rawQueryString);
  const find = <Name extends keyof Values>(name: Name): Sent[Name] => {
    const known: readonly string[] = ASKED_VALUES[name];
    const sent = query.getAll(name);
    const other = sent.find((value) => !known.includes(value));
    if (other === undefined) return sent[0] as Sent[Name];
    throw new RadliteError(
      "BAD_INPUT",
      `The query parameter ${name} takes ${known.join(" or ")}, or is left out; ${quote(other)} was sent.`,
      { reason: "UNKNOWN_PARAMETER" },
    );
  };
  return { onOutside: find("onOutside"), onReview: find("onReview"), explain: find("explain") };
}
