/**
 * The edge of every handler. `guard` takes the role that the handler needs, so there is none without one; it
 * identifies the caller, checks the role before the handler looks at anything, and turns whatever is thrown inside
 * into an answer, and so what does not come to an end: nothing gets past it. Every request leaves one line in the log.
 */
import { setTimeout as delay } from "node:timers/promises";
import { quote, RadliteError } from "@radlite/model/errors";
import { requireRole } from "@radlite/registry/commands";
import type { Actor, Role } from "@radlite/registry/log";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { type Caller, type Identify, identifyCaller } from "./identity/identity.ts";
import { corsHeaders } from "./identity/origins.ts";
import { readAuthSettings } from "./identity/settings.ts";
import { type RequestNotes, writeRequestLine } from "./request-line.ts";
import { type Answer, answerError, type Failure, toFailure } from "./respond.ts";

/** Page files, the state of health, what browsers ask beforehand: for whoever can reach the server. */
export const ANYONE = "anyone";

export interface GuardedRequest<Need extends Role | typeof ANYONE> {
  event: APIGatewayProxyEventV2;
  requestId: string;
  /** In whose name it is done; undefined for one who has no role. */
  actor: Need extends typeof ANYONE ? Actor | undefined : Actor;
  /** What the log is to say of the request besides. */
  note(notes: RequestNotes): void;
}

export type Handler = ((event: APIGatewayProxyEventV2, context: Context) => Promise<Answer>) & {
  /** What it takes, for docs/security.md and openapi.json. */
  need: Role | typeof ANYONE;
  query: readonly string[];
};

/** Below what serverless.yml gives a function, after which the runtime answers in a form of its own. */
export const ANSWER_WITHIN_MS = 25_000;

export interface GuardOptions {
  /** The query parameters that the handler reads; another one is refused. */
  query?: readonly string[];
  answerWithinMs?: number;
  identify?: Identify;
  /** The form in which the handler's callers expect an error. */
  toAnswer?: (failure: Failure, event: APIGatewayProxyEventV2) => Answer;
  /** Takes one line of JSON for an error that is not the caller's. */
  log?: (line: string) => void;
  /** Takes the line of every request. */
  write?: (text: string) => void;
}

/** Where requests are served; elsewhere, in somebody else's program, stdout is not ours. */
const isServing = ({ IS_OFFLINE, AWS_LAMBDA_FUNCTION_NAME }: NodeJS.ProcessEnv): boolean =>
  IS_OFFLINE === "true" || AWS_LAMBDA_FUNCTION_NAME !== undefined;

/** Not by the console, before whose lines AWS Lambda puts its own. */
function writeOut(text: string): void {
  if (isServing(process.env)) process.stdout.write(text);
}

/** Runs `handle` for callers that have the role, or one above it. */
export function guard<Need extends Role | typeof ANYONE>(
  need: Need,
  handle: (request: GuardedRequest<Need>) => Promise<Answer>,
  options: GuardOptions = {},
): Handler {
  const { identify = identifyCaller, query = [], answerWithinMs = ANSWER_WITHIN_MS } = options;
  const { toAnswer = answerError, log = console.error, write = writeOut } = options;
  let isCold = true;

  const answer = async (
    event: APIGatewayProxyEventV2,
    requestId: string,
    note: (notes: RequestNotes) => void,
  ): Promise<Answer> => {
    const caller = await identify(event);
    note({ ...(caller && { actor: caller.name, role: caller.role }) });
    const actor = need === ANYONE ? asActor(caller) : requireCaller(caller, need, event);
    if (need !== ANYONE) requireKnownQuery(event, query);
    return handle({ event, requestId, actor: actor as GuardedRequest<Need>["actor"], note });
  };
  const handler = async (event: APIGatewayProxyEventV2, { awsRequestId: requestId }: Context) => {
    const startedMs = performance.now();
    const asked = nameOf(event);
    const notes: RequestNotes = {};
    const note = (more: RequestNotes): void => void Object.assign(notes, more);
    const coldStart = isCold;
    isCold = false;
    const given = await within(answerWithinMs, asked, answer(event, requestId, note)).catch((error) => {
      const failure = toFailure(error, requestId, log);
      note({ code: failure.code, reason: failure.reason });
      return toAnswer(failure, event);
    });
    const line = {
      kind: "request" as const,
      time: new Date().toISOString(),
      requestId,
      route: event.routeKey,
      status: given.statusCode ?? 200,
      ms: Math.round((performance.now() - startedMs) * 10) / 10,
      coldStart,
      ...notes,
    };
    writeRequestLine(line, write);
    const headers = { "x-content-type-options": "nosniff", ...given.headers, "x-request-id": requestId };
    return share(event, { ...given, headers });
  };
  return Object.assign(handler, { need, query });
}

/** With the headers that let a page on the list see it, refusals too. */
function share(event: APIGatewayProxyEventV2, answer: Answer): Answer {
  try {
    const added = corsHeaders(event, readAuthSettings(process.env));
    return { ...answer, headers: { ...answer.headers, ...added } };
  } catch {
    return answer; // settings that are none: that is what it says
  }
}

const asActor = (caller: Caller | undefined): Actor | undefined =>
  caller?.role && { name: caller.name, role: caller.role };

function requireCaller(caller: Caller | undefined, need: Role, event: APIGatewayProxyEventV2): Actor {
  const asked = nameOf(event);
  if (!caller) {
    throw new RadliteError(
      "UNAUTHENTICATED",
      `${asked} takes the role ${need}: send an API key or a token that has it, as Authorization: Bearer.`,
    );
  }
  const actor = asActor(caller);
  if (!actor) {
    throw new RadliteError(
      "REFUSED",
      `${asked} takes the role ${need}; the token of ${caller.name} names no role of Radlite.`,
    );
  }
  requireRole(actor, need, asked);
  return actor;
}

function requireKnownQuery(event: APIGatewayProxyEventV2, known: readonly string[]): void {
  const sent = [...new URLSearchParams(event.rawQueryString).keys()];
  const unknown = sent.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const takes = known.length > 0 ? `no query parameter but ${known.join(", ")}` : "no query parameters";
  throw new RadliteError("BAD_INPUT", `${nameOf(event)} takes ${takes}; ${quote(unknown)} was sent.`, {
    reason: "UNKNOWN_PARAMETER",
  });
}

/** What goes on after that has nobody left to answer. */
async function within<T>(ms: number, asked: string, answer: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = delay(ms, undefined, { signal: timer.signal }).then(() => {
    throw new RadliteError("UNAVAILABLE", `${asked} was not answered within ${ms / 1000} s. Try again.`, {
      reason: "TIMEOUT",
      status: 504,
    });
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    late.catch(() => undefined);
    answer.catch(() => undefined);
    timer.abort();
  }
}

function nameOf({ requestContext: { http } }: APIGatewayProxyEventV2): string {
  return `${http.method} ${http.path}`;
}
