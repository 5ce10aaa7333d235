/**
 * What comes into a handler: the bytes of one image, or one JSON object. The image comes as the raw body or as the
 * one image of a multipart form; the same bytes come out of each. The declared type only says how to unpack the
 * body: what the bytes are, the decoder sees, so any name of an image's type will do.
 */
import { quote, RadliteError } from "@radlite/model/errors";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { isImageType, readForm } from "./multipart-form.ts";

export const MAX_BODY_BYTES = 10 * 1024 * 1024; // what API Gateway and serverless-offline take
/** Lambda's event has 6 MB, in which the body lies as base64 beside its headers. */
export const MAX_LAMBDA_BODY_BYTES = 4_700_000;
/** Names, numbers and digests. Parsed, JSON takes up to seventy times the memory of its text. */
export const MAX_JSON_BYTES = 65_536;
/** Beyond the largest file that may be announced. */
const MAX_UPLOAD_BYTES = 65 * 1024 * 1024;

const MULTIPART = "multipart/form-data";
const SEND_AS = `Send the file as image/jpeg, image/png, application/dicom, application/octet-stream or as the one file of a ${MULTIPART} form.`;

type Body = Pick<APIGatewayProxyEventV2, "body" | "isBase64Encoded" | "headers">;

/**
 * The bytes of the image in the request.
 * @throws BAD_INPUT with reason EMPTY_BODY, TOO_LARGE (413), UNSUPPORTED_TYPE (415), NO_FILE or BROKEN_FORM
 */
export async function readImage(event: Body): Promise<Uint8Array> {
  const essence = essenceOf(event);
  const bytes = readBytes(event, { more: "Announce a larger file with POST /uploads instead." });
  if (bytes.length === 0)
    throw refuse("EMPTY_BODY", `The body is empty; a radiograph was expected. ${SEND_AS}`);
  if (isImageType(essence)) return bytes;
  if (essence === MULTIPART) return readForm(bytes, event.headers["content-type"]!);
  throw refuseType(event, SEND_AS);
}

/** The bytes of an announced file, whatever its type says. Held to their announced length by whoever asked for them. */
export const readUploaded = (event: Body): Uint8Array => readBytes(event, { maxBytes: MAX_UPLOAD_BYTES });

export interface JsonBody {
  /** Left out: MAX_JSON_BYTES. */
  maxBytes?: number;
  /** Left out: whatever the type says. */
  types?: readonly string[];
}

/**
 * A byte-order mark before it is no error.
 * @throws BAD_INPUT with reason TOO_LARGE (413), UNSUPPORTED_TYPE (415) or NOT_JSON
 */
export function readJson(
  event: Body,
  { maxBytes = MAX_JSON_BYTES, types }: JsonBody = {},
): Record<string, unknown> {
  const bytes = readBytes(event, { maxBytes });
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

interface ReadOptions {
  maxBytes?: number;
  /** What to do with more. */
  more?: string;
}

function readBytes({ body, isBase64Encoded }: Body, options: ReadOptions = {}): Uint8Array {
  const { maxBytes = maxBodyBytes(process.env), more = "Send less." } = options;
  const bytes = Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");
  if (bytes.length <= maxBytes) return bytes;
  throw new RadliteError(
    "BAD_INPUT",
    `The body has ${bytes.length} bytes; at most ${maxBytes} are taken. ${more}`,
    { reason: "TOO_LARGE", status: 413, details: { maxBytes } },
  );
}

/** What any body may have where this runs: the local server gives its functions names too. */
function maxBodyBytes({ AWS_LAMBDA_FUNCTION_NAME, IS_OFFLINE }: NodeJS.ProcessEnv): number {
  return AWS_LAMBDA_FUNCTION_NAME && IS_OFFLINE !== "true" ? MAX_LAMBDA_BODY_BYTES : MAX_BODY_BYTES;
}

/** Whether the body is JSON: not an image itself, but words about one. */
export const isJson = (event: Body): boolean => essenceOf(event) === "application/json";

function essenceOf({ headers }: Body): string {
  return (headers["content-type"] ?? "").split(";", 1)[0]!.trim().toLowerCase();
}

function refuseType(event: Body, sendAs: string): RadliteError {
  const essence = essenceOf(event);
  const problem = essence
    ? `Content-Type ${quote(essence)} is not taken here.`
    : "The request has no Content-Type.";
  return refuse("UNSUPPORTED_TYPE", `${problem} ${sendAs}`, 415);
}

function refuse(reason: string, message: string, status?: 415): RadliteError {
  return new RadliteError("BAD_INPUT", message, { reason, ...(status && { status }) });
}
