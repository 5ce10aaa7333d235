/** What a request for a verdict wants answered that would be refused, or left to a person: onOutside and onReview. */
import { RadliteError } from "@radlite/model/errors";
import type { Asked } from "@radlite/model/verdict";
import type { APIGatewayProxyEventV2 } from "aws-lambda";

const ANSWER = "answer";

/** @throws BAD_INPUT with reason UNKNOWN_PARAMETER for another value than `answer` */
export function findAsked({ rawQueryString }: Pick<APIGatewayProxyEventV2, "rawQueryString">): Asked {
  const query = new URLSearchParams(rawQueryString);
  const find = (name: keyof Asked) => {
    const sent = query.getAll(name);
    if (sent.length === 0) return undefined;
    if (sent.every((value) => value === ANSWER)) return ANSWER;
    throw new RadliteError(
      "BAD_INPUT",
      `The query parameter ${name} takes ${ANSWER}, or is left out; "${sent.find((value) => value !== ANSWER)}" was sent.`,
      { reason: "UNKNOWN_PARAMETER" },
    );
  };
  return { onOutside: find("onOutside"), onReview: find("onReview") };
}
