/** Event factories: an HTTP API request as API Gateway and serverless-offline hand it to a handler. */
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";

export interface RequestOptions {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  /** Text stays text; bytes are base64-encoded, as the gateway does. */
  body?: string | Uint8Array;
  sourceIp?: string;
  query?: Record<string, string>;
}

export function httpEvent({
  method = "POST",
  path = "/",
  headers = {},
  body,
  sourceIp = "127.0.0.1",
  query,
}: RequestOptions = {}): APIGatewayProxyEventV2 {
  const binary = body !== undefined && typeof body !== "string";
  return {
    version: "2.0",
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: { host: "localhost:3000", ...headers },
    ...(query ? { queryStringParameters: query } : {}),
    requestContext: {
      accountId: "0",
      apiId: "0",
      domainName: "localhost",
      domainPrefix: "localhost",
      http: { method, path, protocol: "HTTP/1.1", sourceIp, userAgent: "test" },
      requestId: "gateway-1",
      routeKey: `${method} ${path}`,
      stage: "$default",
      time: "24/Nov/2026:00:00:00 +0000",
      timeEpoch: 1795478400000,
    },
    ...(body === undefined ? {} : { body: binary ? Buffer.from(body).toString("base64") : body }),
    isBase64Encoded: binary,
  };
}

export const context = { awsRequestId: "request-1" } as Context;

/** A multipart form of the given parts; a part with a file name is a file, of no known type unless one is given. */
export function formBody(
  parts: { name: string; fileName?: string; type?: string; bytes: Uint8Array }[],
  boundary = "----frontier",
) {
  const chunks = parts.flatMap(({ name, fileName, type, bytes }) => [
    Buffer.from(
      [
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`,
        fileName === undefined ? "" : `; filename="${fileName}"`,
        type === undefined && fileName === undefined
          ? ""
          : `\r\nContent-Type: ${type ?? "application/octet-stream"}`,
        "\r\n\r\n",
      ].join(""),
    ),
    Buffer.from(bytes),
    Buffer.from("\r\n"),
  ]);
  return {
    body: new Uint8Array(Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)])),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}
