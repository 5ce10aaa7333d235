/** What a server refused, as the error that it was there. */
import { ERROR_CODES, type ErrorCode, RadliteError } from "@radlite/model/errors";

export interface AnsweredError {
  code?: string;
  reason?: string;
  message?: string;
  requestId?: string;
}

/** With the id of the request among its details: the server's log knows it by that. @param status of HTTP, for an answer that gives no reason */
export function toError(error: AnsweredError | undefined, status: number): RadliteError {
  const { code, reason, message, ...details } = error ?? {};
  const isKnown = (ERROR_CODES as readonly unknown[]).includes(code);
  return new RadliteError(
    isKnown ? (code as ErrorCode) : "UNAVAILABLE",
    message ?? `The server answered ${status} and no reason.`,
    { ...(reason !== undefined && { reason }), details },
  );
}
