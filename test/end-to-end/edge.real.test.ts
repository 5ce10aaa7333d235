/** What the edge makes of a request, over HTTP on a real server: who is answered, in which spelling, in what time. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { promoteTiny } from "../fixtures/tiny-version.ts";
import { formBody } from "../functions/events.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures");

let server: LocalServer;

beforeAll(async () => {
  server = await startLocalServer((registry) => promoteTiny(registry, 1));
});
afterAll(() => server?.stop());

interface Raw {
  method?: string;
  /** As pairs, of which a name may come twice. */
  headers?: Record<string, string> | readonly string[];
  body?: string | Uint8Array;
}

/** With headers as they are given: fetch sets Host itself. */
function ask(path: string, { method = "GET", headers = {}, body }: Raw = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const sent = request({ host: hostname, port, path, method, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: answer.statusCode!, headers: answer.headers, text });
        });
      });
      sent.on("error", reject);
      sent.end(body);
    },
  );
}

const ROUTES = [
  ["GET", "/"],
  ["GET", "/page/main.js"],
  ["GET", "/health"],
  ["GET", "/models/production"],
  ["GET", `/artifacts/${"0".repeat(64)}`],
  ["GET", "/graphql?query={__typename}"],
  ["POST", "/graphql"],
  ["POST", "/classify"],
  ["POST", "/training-runs"],
] as const;

describe.each(ROUTES)("%s %s", (method, path) => {
  const codeOf = (text: string) => {
    const { error, errors } = JSON.parse(text);
    return error?.code ?? errors[0].extensions.code;
  };

  test.each([
    "localhost#.evil.com",
    "evil.com",
    "localhost.evil.com",
    "localhost@evil.com",
    "localhost/.evil.com",
    "localhost%23.evil.com", // this one and those below are no part of an address
    "localhost:99999",
    "localhost:abc",
    "xn--localhost",
  ])("is refused under the name %s", async (host) => {
    const { status, headers, text } = await ask(path, { method, headers: { host } });

    expect({ status, code: codeOf(text) }).toEqual({ status: 403, code: "REFUSED" });
    expect(headers["content-type"]).toMatch(/^application\/json/);
  });

  test("is refused through a proxy, and to another site's page", async () => {
    const strangers: Record<string, string>[] = [
      { "x-forwarded-for": "192.0.2.7" },
      { origin: "http://evil.com" },
    ];
    for (const headers of strangers) {
      const { status, text } = await ask(path, { method, headers });

      expect({ status, code: codeOf(text) }).toEqual({ status: 403, code: "REFUSED" });
    }
  });

  test("asks for other credentials than those that nothing here can check", async () => {
    const { status, headers, text } = await ask(path, { method, headers: { authorization: "Bearer x" } });

    expect({ status, code: codeOf(text) }).toEqual({ status: 401, code: "UNAUTHENTICATED" });
    expect(headers["www-authenticate"]).toBe("Bearer");
  });
});

describe("a request in its own spelling", () => {
  const type = (name: string) => ({ "content-type": name });
  const QUERY = JSON.stringify({ query: "{ models { totalCount } }" });

  test.each([
    ["with a byte-order mark", `\uFEFF${QUERY}`, "application/json"],
    ["with a type in capitals", QUERY, "Application/JSON; Charset=UTF-8"],
  ])("GraphQL %s is read", async (_what, body, name) => {
    const { status, text } = await ask("/graphql", { method: "POST", headers: type(name), body });

    expect({ status, answer: JSON.parse(text) }).toEqual({
      status: 200,
      answer: { data: { models: { totalCount: 1 } } },
    });
  });

  test.each([
    ["no JSON", "{", "application/json", 400],
    ["an array", "[]", "application/json", 400],
    ["nothing", "", "application/json", 400],
    ["no query", "{}", "application/json", 400],
    ["a subscription", JSON.stringify({ query: "subscription { x }" }), "application/json", 400],
    ["text", QUERY, "text/plain", 415],
    ["a form", "query={__typename}", "application/x-www-form-urlencoded", 415],
    ["an unfinished query", JSON.stringify({ query: "{" }), "application/json", 400],
  ])("GraphQL that is %s is refused as JSON", async (_what, body, name, expected) => {
    const { status, headers, text } = await ask("/graphql", { method: "POST", headers: type(name), body });

    expect(status).toBe(expected);
    expect(headers["content-type"]).toMatch(/^application\/json/);
    expect(JSON.parse(text).errors[0].extensions.code).toBe("BAD_INPUT");
  });

  const RADIOGRAPH = readFileSync(join(FIXTURES, "radiographs/person1_bacteria_1.jpeg"));
  test.each(["image/jpg", "image/pjpeg", "image/x-png", "IMAGE/JPEG"])(
    "a radiograph as %s is read",
    async (name) => {
      const { status } = await ask("/classify", { method: "POST", headers: type(name), body: RADIOGRAPH });

      expect(status).toBe(200);
    },
  );

  const file = { name: "file", fileName: "x.jpeg", type: "image/jpeg", bytes: RADIOGRAPH };
  test.each([
    ["an input without a file", [file, { name: "file2", fileName: "", bytes: new Uint8Array() }]],
    [
      "a file of JSON",
      [{ name: "meta", fileName: "blob", type: "application/json", bytes: Buffer.from("{}") }, file],
    ],
    ["nothing, without a file name", [{ name: "file", type: "image/jpeg", bytes: RADIOGRAPH }]],
  ])("a form with a radiograph and %s is read", async (_what, parts) => {
    const form = formBody(parts);
    const whole = await ask("/classify", { method: "POST", headers: type("image/jpeg"), body: RADIOGRAPH });

    const { status, text } = await ask("/classify", {
      method: "POST",
      headers: type(form.type),
      body: form.body,
    });

    expect(status).toBe(200);
    expect(JSON.parse(text).probability).toBe(JSON.parse(whole.text).probability);
  });

  test("a form without a boundary says what to send", async () => {
    const { status, text } = await ask("/classify", {
      method: "POST",
      headers: type("multipart/form-data"),
      body: "x",
    });

    expect(status).toBe(400);
    expect(JSON.parse(text).error).toMatchObject({ code: "BAD_INPUT", reason: "BROKEN_FORM" });
    expect(JSON.parse(text).error.message).toContain("curl -F file=@FILE");
  });

  test.each([
    ["POST", "/classify?threshold=0.9"],
    ["POST", "/training-runs?x"],
    ["GET", "/models/production?model=x"],
    ["GET", `/artifacts/${"0".repeat(64)}?raw=1`],
  ])("%s %s names a parameter that nobody knows", async (method, path) => {
    const { status, text } = await ask(path, { method });

    expect(status).toBe(400);
    expect(JSON.parse(text).error).toMatchObject({ code: "BAD_INPUT", reason: "UNKNOWN_PARAMETER" });
    expect(JSON.parse(text).error.message).toMatch(/takes no query parameter(s| but dicom)/);
  });
});

describe("a header that comes twice", () => {
  test("is none of the two: neither credentials nor the name of the server", async () => {
    const credentials = ["Authorization", "Bearer x", "Authorization", "Bearer rl_0"];
    const twice = await ask("/health", { headers: ["Host", "localhost", ...credentials] });
    const names = await ask("/health", { headers: ["Host", "evil.com", "Host", "localhost"] });

    expect({ status: twice.status, text: twice.text }).toMatchObject({
      status: 401,
      text: expect.stringContaining("Credentials are taken as Authorization: Bearer, followed by"),
    });
    expect(names.status).toBe(403);
  });
});

describe("what the local server itself refuses", () => {
  test.each([
    ["GET", "/secret-name", 404, "none", "NOT_FOUND"],
    ["GET", "/%zz", 400, "none", "BAD_INPUT"],
    ["PUT", "/classify", 405, "none", "BAD_INPUT"],
    ["PUT", "/graphql", 405, "none", "BAD_INPUT"],
    ["POST", "/classify", 413, "POST /classify", "BAD_INPUT"],
    ["POST", "/graphql", 413, "POST /graphql", "BAD_INPUT"],
  ])("%s %s with %i has its line, under the id of its answer", async (method, path, status, route, code) => {
    const body = new Uint8Array(status === 413 ? 11e6 : 0);
    const answer = await ask(path, { method, headers: { "content-type": "image/jpeg" }, body });

    const { error, errors, extensions } = JSON.parse(answer.text);
    const isOfGraphql = path === "/graphql";
    expect(isOfGraphql ? errors[0].extensions.code : error.code).toBe(code);
    const requestId = isOfGraphql ? extensions.requestId : error.requestId;
    expect(answer.status).toBe(status);
    expect(answer.headers["x-request-id"]).toBe(requestId);
    const log = await server.readLog();
    const line = log.split("\n").find((one) => one.includes(requestId));
    expect(JSON.parse(line ?? "{}")).toMatchObject({ kind: "request", requestId, route, status, code });
    expect(log).not.toContain("secret-name");
    const { text } = await ask("/metrics");
    expect(text).toContain(`radlite_requests_total{route="${route}",status="${status}"} `);
  });
});

describe("an artifact that never answers", () => {
  const sha256 = "f".repeat(64);

  test("is 504 with a code and without a place, and nobody else waits for it", async () => {
    await promisify(execFile)("mkfifo", [join(server.storeFolder, "artifacts", sha256)]);

    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(`/artifacts/${sha256}`)));

    for (const { status, text } of answers) {
      expect(status).toBe(504);
      expect(JSON.parse(text).error).toMatchObject({ code: "UNAVAILABLE", reason: "TIMEOUT" });
      expect(text).not.toMatch(/\/(tmp|home|work|var)\b|node_modules|\.ts|at async/);
    }
    expect((await ask("/health")).status).toBe(200);
  });
});

test("a store that may not be read is no place to look at", async () => {
  const key = "a".repeat(64);
  await mkdir(join(server.storeFolder, "artifacts", key, "inner"), { recursive: true });

  const { status, text } = await ask(`/artifacts/${key}`);

  expect(status).toBeGreaterThanOrEqual(400);
  expect(JSON.parse(text).error.code).toBe("BAD_INPUT");
  expect(text).not.toContain(server.storeFolder);
});
