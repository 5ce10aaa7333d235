/** The gateway by itself: which route takes what, and what comes through it. */
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type HttpFront, type Route, startFront } from "./http-front.ts";

const PIXELS = new Uint8Array([0x89, 0x00, 0xff, 0xfe, 0x80]);

let front: HttpFront;
let seen: { functionId: string; event: APIGatewayProxyEventV2 } | undefined;

const route = (key: string, functionId: string): Route => {
  const [method, path] = key.split(" ") as [string, string];
  return { key, method, segments: path.split("/").slice(1), functionId };
};
const ANSWERS: Record<string, unknown> = {
  text: { statusCode: 201, headers: { "X-Said": "yes" }, body: "made" },
  binary: {
    statusCode: 200,
    headers: { "content-type": "image/png" },
    body: Buffer.from(PIXELS).toString("base64"),
    isBase64Encoded: true,
  },
  bare: { its: "own" },
  large: { statusCode: 200, body: "x".repeat(6 * 2 ** 20) },
};

beforeAll(async () => {
  const routes = [
    route("POST /files", "text"),
    route("GET /files/fixed", "bare"),
    route("GET /large", "large"),
    route("GET /broken", "broken"),
    route("GET /files/{name}", "binary"),
    route("OPTIONS /{path+}", "text"),
  ];
  front = await startFront(routes, async (functionId, event) => {
    seen = { functionId, event: event as APIGatewayProxyEventV2 };
    if (functionId === "broken") throw new Error("it broke");
    return ANSWERS[functionId];
  });
});
afterAll(() => front.stop());

test("a path that is named goes before one with a parameter, whose value is decoded", async () => {
  const fixed = await fetch(`${front.url}/files/fixed`);
  expect([fixed.status, await fixed.json()]).toEqual([200, { its: "own" }]);

  const named = await fetch(`${front.url}/files/a%20b?one=1&two=2&one=3`);
  expect(new Uint8Array(await named.arrayBuffer())).toEqual(PIXELS);
  expect(seen!.event).toMatchObject({
    routeKey: "GET /files/{name}",
    pathParameters: { name: "a b" },
    rawQueryString: "one=1&two=2&one=3",
    queryStringParameters: { one: "1,3", two: "2" },
    isBase64Encoded: false,
  });
  expect(seen!.event).not.toHaveProperty("body");
});

test("a body is text where its type says so, and base64 otherwise", async () => {
  const post = (body: BodyInit, type: string) =>
    fetch(`${front.url}/files`, {
      method: "POST",
      body,
      headers: { "content-type": type, cookie: "a=1; b=2" },
    });

  const answer = await post('{"ä":1}', "application/json");
  expect([answer.status, answer.headers.get("x-said"), await answer.text()]).toEqual([201, "yes", "made"]);
  expect(seen!.event).toMatchObject({ body: '{"ä":1}', isBase64Encoded: false, cookies: ["a=1", "b=2"] });
  await post(PIXELS, "image/png");
  expect(seen!.event).toMatchObject({ body: Buffer.from(PIXELS).toString("base64"), isBase64Encoded: true });
});

test("paths of any length, and what has no route or no such method", async () => {
  expect((await fetch(`${front.url}/some/where/else`, { method: "OPTIONS" })).status).toBe(201);
  expect(seen!.event.pathParameters).toEqual({ path: "some/where/else" });
  expect((await fetch(`${front.url}/files`)).status).toBe(404);
  expect((await fetch(`${front.url}/files/a/b`)).status).toBe(404);
});

test("what is too large is refused before the function is asked, and an answer that is comes to nothing", async () => {
  const post = (bytes: number) =>
    fetch(`${front.url}/files`, {
      method: "POST",
      body: new Uint8Array(bytes),
      headers: { "content-type": "image/png" },
    });

  expect((await post(4_710_000)).status).toBe(201); // 6,280,000 characters of base64
  seen = undefined;
  expect([(await post(4_719_000)).status, seen]).toEqual([413, undefined]);
  expect((await fetch(`${front.url}/large`)).status).toBe(500);
  expect((await fetch(`${front.url}/files/x`, { headers: { long: "x".repeat(10_240) } })).status).toBe(431);
});

test("a function that failed is an error of the server's", async () => {
  const answer = await fetch(`${front.url}/broken`);

  expect([answer.status, await answer.json()]).toEqual([500, { message: "Internal Server Error" }]);
});
