/** An error on its way between threads: what crosses is plain data, and a RadliteError is one again on the other side. */
import { type ErrorCode, RadliteError, type RadliteErrorOptions } from "@radlite/model/errors";

export interface PlainError {
  /** Absent for a bug. */
  code?: ErrorCode;
  message: string;
  reason?: string;
  status?: number;
  stack?: string;
}

export function toPlain(error: unknown): PlainError {
  if (error instanceof RadliteError) {
    const { code, message, reason, status } = error;
    return { code, message, status, ...(reason !== undefined && { reason }) };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { message, ...(stack !== undefined && { stack }) };
}

export function fromPlain({ code, message, reason, status, stack }: PlainError): Error {
  if (code === undefined) return Object.assign(new Error(message), { stack });
  const options = { reason, status } as RadliteErrorOptions;
  return new RadliteError(code, message, options);
}
