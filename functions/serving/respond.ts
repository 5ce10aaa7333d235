/**
 * What leaves a handler. Answers are JSON or a file; a RadliteError becomes its HTTP status with
 * `{ error: { code, reason?, message, requestId } }`; anything else is a bug, logged whole under the request id
 * and masked. `guard` is the edge of every handler: nothing thrown inside gets past it.
 */

import { RadliteError } from "@radlite/model/errors";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";

export type Answer = APIGatewayProxyStructuredResultV2;
export type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<Answer>;

export interface GuardOptions {
  /** Takes one line of JSON for an error that is not the caller's. */
  log?: (line: string) => void;
}

export function answerJson(statusCode: number, body: unknown): Answer {
  return {
    statusCode,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
    body: JSON.stringify(body),
  };
}

/** Bytes under a name that never means other bytes: whoever has them need not ask again. */
export function answerFile(bytes: Uint8Array, type: string, headers: Record<string, string> = {}): Answer {
  return {
    statusCode: 200,
    headers: {
      "content-type": type,
      "cache-control": "max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
      ...headers,
    },
    body: Buffer.from(bytes).toString("base64"),
    isBase64Encoded: true,
  };
}

/** Runs `handle` and turns whatever it throws into an answer. */
export function guard(handle: Handler, { log = console.error }: GuardOptions = {}): Handler {
  return async (event, context) => {
    try {
      return await handle(event, context);
    } catch (error) {
      return answerError(error, context.awsRequestId, log);
    }
  };
}

function answerError(error: unknown, requestId: string, log: (line: string) => void): Answer {
  if (error instanceof RadliteError) {
    const { code, reason, message, status } = error;
    if (error.cause !== undefined && status >= 500) log(describeError(error, requestId));
    return answerJson(status, { error: { code, reason, message, requestId } });
  }
  log(describeError(error, requestId));
  const message = `Radlite failed on its own side. The server's log says why, under request ${requestId}.`;
  return answerJson(500, { error: { code: "INTERNAL_SERVER_ERROR", message, requestId } });
}

/** One line: message and stack of the error and of its causes. */
export function describeError(error: unknown, requestId?: string): string {
  const chain: string[] = [];
  for (let link = error; link !== undefined && chain.length < 5; link = (link as { cause?: unknown })?.cause)
    chain.push(link instanceof Error ? (link.stack ?? link.message) : String(link));
  return JSON.stringify({ level: "error", requestId, error: chain });
}
