/** What a server refused, as the error that it was there. */
import { ERROR_CODES, type ErrorCode, RadliteError } from "@radlite/model/errors";

export interface AnsweredError {
  code?: string;
  reason?: string;
  message?: string;
  requestId?: string;
}

/** @param status of HTTP, for an answer that gives no reason */
export function toError(error: AnsweredError | undefined, status: number): RadliteError {
  const { code, reason, message, requestId: _, ...details } = error ?? {};
  const isKnown = (ERROR_CODES as readonly unknown[]).includes(code);
  return new RadliteError(
    isKnown ? (code as ErrorCode) : "UNAVAILABLE",
    message ?? `The server answered ${status} and no reason.`,
    { ...(reason !== undefined && { reason }), details },
  );
}
