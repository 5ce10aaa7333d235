/** Who is answered, over HTTP on a real server: every route, before anything else is looked at. */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { promoteTiny } from "../fixtures/tiny-version.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";

let server: LocalServer;

beforeAll(async () => {
  server = await startLocalServer((registry) => promoteTiny(registry, 1));
});
afterAll(() => server?.stop());

interface Raw {
  method?: string;
  headers?: Record<string, string>;
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
