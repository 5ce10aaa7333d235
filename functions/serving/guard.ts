/**
 * The edge of every handler. `guard` takes the role that the handler needs, so there is none without one; it
 * identifies the caller, checks the role before the handler looks at anything, and turns whatever is thrown inside
 * into an answer: nothing gets past it.
 */
import { RadliteError } from "@radlite/model/errors";
import { requireRole } from "@radlite/registry/commands";
import type { Actor, Role } from "@radlite/registry/log";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { type Identify, identifyCaller } from "./identity/identity.ts";
import { type Answer, answerError, type Failure, toFailure } from "./respond.ts";

/** Page files and the state of health: for whoever can reach the server, credentials or not. */
export const ANYONE = "anyone";

export interface GuardedRequest<Need extends Role | typeof ANYONE> {
  event: APIGatewayProxyEventV2;
  requestId: string;
  /** In whose name it is done. */
  actor: Need extends typeof ANYONE ? Actor | undefined : Actor;
}

export type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<Answer>;

export interface GuardOptions {
  identify?: Identify;
  /** The form in which the handler's callers expect an error. */
  toAnswer?: (failure: Failure) => Answer;
  /** Takes one line of JSON for an error that is not the caller's. */
  log?: (line: string) => void;
}

/** Runs `handle` for callers that have the role, or one above it. */
export function guard<Need extends Role | typeof ANYONE>(
  need: Need,
  handle: (request: GuardedRequest<Need>) => Promise<Answer>,
  { identify = identifyCaller, toAnswer = answerError, log = console.error }: GuardOptions = {},
): Handler {
  return async (event, { awsRequestId: requestId }) => {
    try {
      const actor = await identify(event);
      if (need !== ANYONE) requireCaller(actor, need, event);
      return await handle({ event, requestId, actor: actor as GuardedRequest<Need>["actor"] });
    } catch (error) {
      return toAnswer(toFailure(error, requestId, log));
    }
  };
}

function requireCaller(actor: Actor | undefined, need: Role, event: APIGatewayProxyEventV2): void {
  const { method, path } = event.requestContext.http;
  const asked = `${method} ${path}`;
  if (!actor) {
    throw new RadliteError(
      "UNAUTHENTICATED",
      `${asked} takes the role ${need}: send credentials that have it.`,
    );
  }
  requireRole(actor, need, asked);
}
