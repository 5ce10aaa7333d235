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
  try {
    return await post(file, "/classify?explain=true");
  } catch (error) {
    if (!(error instanceof RadliteError) || error.reason !== "NOT_EXPLAINABLE") throw error;
    return post(file, "/classify");
  }
}

async function post(file: File, path: string): Promise<ClassifyAnswer> {
  const type = IMAGE_TYPES.includes(file.type) ? file.type : "application/octet-stream";
  const response = await ask(path, { method: "POST", headers: { "content-type": type }, body: file });
  return response.json();
}

/** @throws what the server answered instead of 2xx; UNAVAILABLE with reason NO_SERVER when nothing came back. */
export async function ask(path: string, request: RequestInit = {}): Promise<Response> {
  const response = await fetchWithCredential(path, request).catch((cause) => {
    throw new RadliteError("UNAVAILABLE", `${path} was not reached`, { reason: "NO_SERVER", cause });
  });
  if (response.ok) return response;
  const { error } = await response.json().catch(() => ({}));
  if (response.status === 413 && !isErrorCode(error?.code))
    // API Gateway says it, before a function is asked.
    throw new RadliteError("BAD_INPUT", `${path} takes no body of this size`, {
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
  throw new RadliteError(code, `${message} (${code}, request ${requestId})`, { reason, status, details });
}

const isErrorCode = (code: unknown): code is ErrorCode => ERROR_CODES.some((known) => known === code);
