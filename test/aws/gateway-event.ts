/**
 * A request as API Gateway hands it to a function of an HTTP API, and the function's answer as the gateway sends it:
 * payload format 2.0.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

/** Bodies of other types arrive in base64. */
const TEXT = /^(text\/|application\/(json|javascript|xml)\b)/i;

export interface RoutedRequest {
  request: IncomingMessage;
  body: Buffer;
  /** As in the template, such as `GET /artifacts/{sha256}`. */
  routeKey: string;
  pathParameters: Record<string, string>;
}

export function toEvent({ request, body, routeKey, pathParameters }: RoutedRequest): APIGatewayProxyEventV2 {
  const { pathname, search, searchParams } = new URL(request.url!, "http://gateway");
  const { cookie, ...headers } = request.headers as Record<string, string>;
  const method = request.method!;
  const sourceIp = request.socket.remoteAddress!;
  const isText = TEXT.test(headers["content-type"] ?? "");
  const now = new Date();
  const query = Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name).join(",")]),
  );
  return {
    version: "2.0",
    routeKey,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers: {
      ...headers,
      "x-amzn-trace-id": `Root=1-${Math.floor(now.getTime() / 1000).toString(16)}-${"0".repeat(24)}`,
      "x-forwarded-for": sourceIp,
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
    },
    ...(search !== "" && { queryStringParameters: query }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: {
      accountId: "123456789012",
      apiId: "gateway",
      domainName: headers.host!,
      domainPrefix: "gateway",
      http: {
        method,
        path: pathname,
        protocol: "HTTP/1.1",
        sourceIp,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey,
      stage: "$default",
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** An answer without a status is the body itself, as JSON. */
export function sendAnswer(response: ServerResponse, answer: unknown): void {
  const isWhole = typeof answer === "object" && answer !== null && "statusCode" in answer;
  const whole = (
    isWhole ? answer : { statusCode: 200, body: JSON.stringify(answer) }
  ) as APIGatewayProxyStructuredResultV2;
  const { statusCode = 200, headers = {}, body = "", isBase64Encoded = false, cookies = [] } = whole;
  response.writeHead(statusCode, {
    "content-type": "application/json",
    ...Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    ),
    ...(cookies.length > 0 && { "set-cookie": cookies }),
  });
  response.end(Buffer.from(body, isBase64Encoded ? "base64" : "utf8"));
}

/** What the gateway says itself. */
export function sendRefusal(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ message }));
}
