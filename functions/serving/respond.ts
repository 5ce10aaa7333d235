/**
 * What leaves a handler. Answers are JSON or a file; a RadliteError becomes its HTTP status with
 * `{ error: { code, reason?, message, requestId } }` and its details; anything else is a bug, logged whole under the request id
 * and masked.
 */

import { hidePlaces, isForLog, RadliteError, shortenMessage } from "@radlite/model/errors";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";

export type Answer = APIGatewayProxyStructuredResultV2;

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

export function addHeader(answer: Answer, name: string, value: string | boolean): Answer {
  return { ...answer, headers: { ...answer.headers, [name]: value } };
}

/** What a caller may know of an error. */
export interface Failure {
  status: number;
  code: string;
  reason?: string;
  message: string;
  requestId: string;
  /** More keys of the answer. */
  details?: Readonly<Record<string, unknown>>;
}

/** @param log gets what the caller does not: bugs, places of files, the causes of what is not the caller's fault. */
export function toFailure(error: unknown, requestId: string, log: (line: string) => void): Failure {
  if (error instanceof RadliteError) {
    const { code, reason, status, details } = error;
    const message = hidePlaces(shortenMessage(error.message));
    if (isForLog(error)) log(describeError(error, requestId));
    return {
      ...{ status, code, message, requestId },
      ...(reason !== undefined && { reason }),
      ...(details && { details }),
    };
  }
  log(describeError(error, requestId));
  const message = `Radlite failed on its own side. The server's log says why, under request ${requestId}.`;
  return { status: 500, code: "INTERNAL_SERVER_ERROR", message, requestId };
}

/** `{ error: { code, reason?, message, requestId, …details } }` under its HTTP status. */
export function answerError(failure: Failure): Answer {
  const { status, code, reason, message, requestId, details } = failure;
  return addHeaders(answerJson(status, { error: { code, reason, message, requestId, ...details } }), failure);
}

/** The same as GraphQL says it. */
export function answerGraphqlError(failure: Failure): Answer {
  const { status, code, reason, message, requestId } = failure;
  const errors = [{ message, extensions: { code, ...(reason !== undefined && { reason }) } }];
  return addHeaders(answerJson(status, { errors, extensions: { requestId } }), failure);
}

/** Of what waits for its turn: by then the queue has moved on. */
const RETRY_AFTER_S = 5;

function addHeaders(answer: Answer, { status, reason }: Failure): Answer {
  const headers = {
    ...(status === 401 && { "www-authenticate": "Bearer" }),
    ...(reason === "BUSY" && { "retry-after": RETRY_AFTER_S }),
  };
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** One line: message and stack of the error and of its causes. */
export function describeError(error: unknown, requestId?: string): string {
  const chain: string[] = [];
  for (let link = error; link !== undefined && chain.length < 5; link = (link as { cause?: unknown })?.cause)
    chain.push(link instanceof Error ? (link.stack ?? link.message) : String(link));
  return JSON.stringify({ level: "error", requestId, error: chain });
}
