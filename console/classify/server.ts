/**
 * Requests to the server that this page came from, in its reader's name. Whatever it refuses is thrown as the
 * RadliteError that it was there, and so is a server that does not answer.
 */
import { ERROR_CODES, type ErrorCode, RadliteError, type RadliteErrorOptions } from "@radlite/model/errors";
import type { ClassifyAnswer } from "@radlite/model/verdict";
import { fetchWithCredential } from "../identity/index.ts";

const IMAGE_TYPES = ["image/jpeg", "image/png", "application/dicom"];

/** POST /classify: the one request that carries an image. With what the network leaned on, where its model can say. */
export async function classifyThere(file: File): Promise<ClassifyAnswer> {
  const type = IMAGE_TYPES.includes(file.type) ? file.type : "application/octet-stream";
  const request = { method: "POST", headers: { "content-type": type }, body: file };
  return (await ask("/classify?explain=if-possible", request)).json();
}

/** @throws what the server answered instead of 2xx; UNAVAILABLE with reason NO_SERVER when nothing came back. */
export async function ask(path: string, request: RequestInit = {}): Promise<Response> {
  const response = await fetchWithCredential(path, request).catch((cause) => {
    throw new RadliteError("UNAVAILABLE", `${path} was not reached`, { reason: "NO_SERVER", cause });
  });
  if (response.ok) return response;
  const { error } = await response.json().catch(() => ({}));
  // Of the request, not of the picture: API Gateway says so without a code, a function with what it takes.
  if (response.status === 413 && (!isErrorCode(error?.code) || error.maxBytes !== undefined))
    throw new RadliteError("BAD_INPUT", error?.message ?? `${path} takes no body of this size`, {
      reason: "TOO_LARGE_TO_SEND",
      status: 413,
    });
  if (!isErrorCode(error?.code))
    throw new RadliteError(
      "UNAVAILABLE",
      error?.message ?? `${path} answered with status ${response.status}`,
    );
  const { code, reason, message, requestId, ...details } = error;
  const status = response.status as RadliteErrorOptions["status"];
  const traced = requestId === undefined ? code : `${code}, request ${requestId}`; // this page may refuse by itself
  throw new RadliteError(code, `${message} (${traced})`, { reason, status, details });
}

const isErrorCode = (code: unknown): code is ErrorCode => ERROR_CODES.some((known) => known === code);
