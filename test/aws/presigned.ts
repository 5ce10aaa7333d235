/**
 * What S3 does with a presigned PUT and the test server does not: it is held to its signature (over the method, the
 * path, the query and the headers that it names, as they came), to its time, and its body to the checksum it declares.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Credentials } from "./roles.ts";

export interface PresignedPut {
  method: string;
  /** With host. */
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Refusal {
  status: number;
  code: string;
}

/** Whose it says that it is. */
export const signerOf = ({ searchParams }: URL): string =>
  searchParams.get("X-Amz-Credential")?.split("/")[0] ?? "";

/** @returns why S3 would not take it; undefined when it would. */
export function findRefusal(
  put: PresignedPut,
  signer: Credentials | undefined,
  now: Date,
): Refusal | undefined {
  const query = put.url.searchParams;
  if (!signer || query.get("X-Amz-Security-Token") !== (signer.sessionToken ?? null))
    return { status: 403, code: "InvalidAccessKeyId" };
  const signedAt = query.get("X-Amz-Date")!; // 20261130T093000Z
  const signedMs = Date.parse(signedAt.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, "$1-$2-$3:$4:$5"));
  if (!(now.getTime() < signedMs + 1000 * Number(query.get("X-Amz-Expires"))))
    return { status: 403, code: "AccessDenied" };
  const expected = Buffer.from(sign(put, signer.secretAccessKey));
  const given = Buffer.from(query.get("X-Amz-Signature") ?? "");
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    return { status: 403, code: "SignatureDoesNotMatch" };
  const declared = put.headers["x-amz-checksum-sha256"];
  const actual = createHash("sha256").update(put.body).digest("base64");
  if (declared !== undefined && declared !== actual) return { status: 400, code: "BadDigest" };
  return undefined;
}

function sign({ method, url, headers }: PresignedPut, secret: string): string {
  const query = url.searchParams;
  const names = query.get("X-Amz-SignedHeaders")!.split(";");
  const canonical = [
    method,
    url.pathname,
    [...query]
      .filter(([name]) => name !== "X-Amz-Signature")
      .map((pair) => pair.map(encode).join("="))
      .sort()
      .join("&"),
    ...names.map((name) => `${name}:${String(headers[name] ?? "").trim()}`),
    "",
    names.join(";"),
    query.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD",
  ].join("\n");
  const [, ...scope] = query.get("X-Amz-Credential")!.split("/");
  const digest = createHash("sha256").update(canonical).digest("hex");
  const text = [query.get("X-Amz-Algorithm"), query.get("X-Amz-Date"), scope.join("/"), digest].join("\n");
  const key = scope.reduce<string | Buffer>(
    (chained, part) => createHmac("sha256", chained).update(part).digest(),
    `AWS4${secret}`,
  );
  return createHmac("sha256", key).update(text).digest("hex");
}

/** RFC 3986. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
