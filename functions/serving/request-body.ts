/**
 * What comes into a handler: the bytes of one image, or one JSON object. The image comes as the raw body
 * (image/jpeg, image/png, application/octet-stream) or as the one file of a multipart form; the same bytes
 * come out of each. The declared type only says how to unpack the body: what the bytes are, the decoder sees.
 */

import { RadliteError } from "@radlite/model/errors";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import busboy from "busboy";

export const MAX_BODY_BYTES = 10 * 1024 * 1024; // what API Gateway and serverless-offline take

const RAW_TYPES = ["image/jpeg", "image/png", "application/octet-stream"];
const MULTIPART = "multipart/form-data";
const SEND_AS = `Send the file as ${RAW_TYPES.join(", ")} or as the one file of a ${MULTIPART} form.`;

type Body = Pick<APIGatewayProxyEventV2, "body" | "isBase64Encoded" | "headers">;

/**
 * The bytes of the image in the request.
 * @throws BAD_INPUT with reason EMPTY_BODY, TOO_LARGE (413), UNSUPPORTED_TYPE (415), NO_FILE or BROKEN_FORM
 */
export async function readImage(event: Body): Promise<Uint8Array> {
  const essence = essenceOf(event);
  const bytes = readBytes(event);
  if (bytes.length === 0)
    throw refuse("EMPTY_BODY", `The body is empty; a radiograph was expected. ${SEND_AS}`);
  if (RAW_TYPES.includes(essence)) return bytes;
  if (essence === MULTIPART) return readForm(bytes, event.headers["content-type"]!);
  throw refuseType(event, SEND_AS);
}

export interface JsonBody {
  maxBytes?: number;
  /** Left out: whatever the type says. */
  types?: readonly string[];
}

/**
 * A byte-order mark before it is no error.
 * @throws BAD_INPUT with reason TOO_LARGE (413), UNSUPPORTED_TYPE (415) or NOT_JSON
 */
export function readJson(event: Body, { maxBytes, types }: JsonBody = {}): Record<string, unknown> {
  const bytes = readBytes(event, maxBytes);
  if (types && !types.includes(essenceOf(event)))
    throw refuseType(event, `Send it as ${types.join(" or ")}.`);
  const text = new TextDecoder().decode(bytes);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {}
  throw refuse(
    "NOT_JSON",
    `The body was expected to be one JSON object; it begins with "${text.slice(0, 40)}".`,
  );
}

function readBytes({ body, isBase64Encoded }: Body, maxBytes = MAX_BODY_BYTES): Uint8Array {
  const bytes = Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");
  if (bytes.length <= maxBytes) return bytes;
  throw refuse(
    "TOO_LARGE",
    `The body has ${bytes.length} bytes; at most ${maxBytes} (${maxBytes / 2 ** 20} MiB) are taken. Send less.`,
    413,
  );
}

function essenceOf({ headers }: Body): string {
  return (headers["content-type"] ?? "").split(";", 1)[0]!.trim().toLowerCase();
}

function refuseType(event: Body, sendAs: string): RadliteError {
  const essence = essenceOf(event);
  const problem = essence
    ? `Content-Type "${essence}" is not taken here.`
    : "The request has no Content-Type.";
  return refuse("UNSUPPORTED_TYPE", `${problem} ${sendAs}`, 415);
}

function readForm(body: Uint8Array, type: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const files: Uint8Array[] = [];
    const broken = (cause: unknown) =>
      reject(
        refuse("BROKEN_FORM", `The multipart form cannot be read: ${(cause as Error).message}.`, 400, cause),
      );
    let form: busboy.Busboy;
    try {
      form = busboy({ headers: { "content-type": type }, limits: { files: 2 } });
    } catch (cause) {
      return broken(cause);
    }
    form.on("file", (_name, stream) => {
      const chunks: Uint8Array[] = [];
      stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      stream.on("error", broken);
      stream.on("end", () => files.push(Buffer.concat(chunks)));
    });
    form.on("error", broken);
    form.on("close", () => {
      const [file, another] = files;
      if (another)
        return reject(refuse("NO_FILE", "The form holds several files; send one radiograph a request."));
      if (!file) return reject(refuse("NO_FILE", `The form holds no file. ${SEND_AS}`));
      if (file.length === 0) return reject(refuse("EMPTY_BODY", "The file in the form is empty."));
      resolve(file);
    });
    form.end(body);
  });
}

function refuse(
  reason: string,
  message: string,
  status: 400 | 413 | 415 = 400,
  cause?: unknown,
): RadliteError {
  return new RadliteError("BAD_INPUT", message, { reason, cause, ...(status === 400 ? {} : { status }) });
}
