/**
 * What a request for a verdict wants answered that would be refused, or left to a person, and whether it wants it
 * explained: onOutside, onReview and explain.
 */
import { quote, RadliteError } from "@radlite/model/errors";
import type { Asked } from "@radlite/model/verdict";
import type { APIGatewayProxyEventV2 } from "aws-lambda";

/** The parameters, and the one value that each takes. */
export const ASKED_VALUES = {
  onOutside: "answer",
  onReview: "answer",
  explain: "true",
} as const satisfies Asked;

/** @throws BAD_INPUT with reason UNKNOWN_PARAMETER for another value than that of `ASKED_VALUES` */
export function findAsked({ rawQueryString }: Pick<APIGatewayProxyEventV2, "rawQueryString">): Asked {
  const query = new URLSearchParams(rawQueryString);
  const find = <Name extends keyof Asked>(name: Name): Asked[Name] => {
    const sent = query.getAll(name);
    const other = sent.find((value) => value !== ASKED_VALUES[name]);
    if (other === undefined) return sent.length > 0 ? ASKED_VALUES[name] : undefined;
    throw new RadliteError(
      "BAD_INPUT",
      `The query parameter ${name} takes ${ASKED_VALUES[name]}, or is left out; ${quote(other)} was sent.`,
      { reason: "UNKNOWN_PARAMETER" },
    );
  };
  return { onOutside: find("onOutside"), onReview: find("onReview"), explain: find("explain") };
}
