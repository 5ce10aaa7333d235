/** Who is answered, over HTTP on a real server that asks for credentials, by keys and by the tokens of a real issuer. */
import { digestOf } from "@radlite/registry/bundle";
import { createAccessKey, revokeAccessKey } from "@radlite/registry/commands";
import { type Actor, ROLES, type Role } from "@radlite/registry/log";
import { fileStore } from "@radlite/registry/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import openapi from "../../openapi.json" with { type: "json" };
import { promoteTiny } from "../fixtures/tiny-version.ts";
import { asking, RADIOGRAPH } from "./asking.ts";
import { AUDIENCE, type Issuer, startIssuer } from "./issuer.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";
import {
  expectRoles,
  expectUnauthenticated,
  listMutations,
  soundClaims,
  WRONG_CREDENTIALS,
} from "./who-may-ask.ts";

const ROOT: Actor = { name: "root", role: "approver" };
const PAGE = "https://radiology.example.org";

let issuer: Issuer;
let server: LocalServer;
const keys = {} as Record<Role, string>;

beforeAll(async () => {
  issuer = await startIssuer();
  server = await startLocalServer((registry) => promoteTiny(registry, 1), {
    RADLITE_AUTH: "required",
    RADLITE_AUTH_ISSUER: issuer.url,
    RADLITE_AUTH_AUDIENCE: AUDIENCE,
    RADLITE_AUTH_JWKS: issuer.jwks,
    RADLITE_ORIGINS: PAGE,
  });
  for (const role of ROLES) {
    const { key } = await createAccessKey(fileStore(server.storeFolder), { name: role, role, actor: ROOT });
    keys[role] = key;
  }
});
afterAll(async () => {
  await server?.stop();
  await issuer?.stop();
});

const { ask, classify, graphql } = asking(() => server.url);
const sound = () => soundClaims(issuer);

describe("a token of the issuer", () => {
  test.each(ROLES)("for the scope radlite/%s is answered by its role", async (role) => {
    const token = await issuer.ask("scopes", `radlite/${role}`);

    expect((await classify(token)).status).toBe(200);
    expect((await graphql("{ models { totalCount } }", token)).status).toBe(role === "caller" ? 403 : 200);
  });

  test.each(ROLES)("of a client that has %s in its claim is answered by its role", async (role) => {
    const token = await issuer.ask(`claims-${role}`);

    expect((await classify(token)).status).toBe(200);
    expect((await graphql("{ models { totalCount } }", token)).status).toBe(role === "caller" ? 403 : 200);
  });

  test.each([
    ["claims-nothing", undefined],
    ["scopes", "other/admin"],
  ])("that names none of our roles (%s, %s) is refused, naming the role", async (client, scope) => {
    const { status, body } = await classify(await issuer.ask(client, scope));

    expect({ status, ...body.error }).toMatchObject({ status: 403, code: "REFUSED" });
    expect(body.error.message).toBe(
      `POST /classify takes the role caller; the token of ${client} names no role of Radlite.`,
    );
  });

  test("names the actor in the history", async () => {
    const token = await issuer.sign({ ...sound(), sub: "ada@example.org" });

    const { body } = await graphql(
      'mutation { createModel(input: { name: "wrists", description: "" }) { name } }',
      token,
    );
    expect(body).toEqual({ data: { createModel: { name: "wrists" } } });

    const audit = await graphql(
      '{ audit(model: "wrists") { edges { node { actor { name role } } } } }',
      token,
    );
    const actors = audit.body.data.audit.edges.map(({ node }: { node: { actor: Actor } }) => node.actor);
    expect(actors).toContainEqual({ name: "ada@example.org", role: "APPROVER" });
    expect(actors).not.toContainEqual(expect.objectContaining({ name: "local" }));
  });

  test("of an issuer whose clock is some seconds before ours", async () => {
    const ahead = Math.floor(Date.now() / 1000) + 10;

    expect((await classify(await issuer.sign({ ...sound(), nbf: ahead, iat: ahead }))).status).toBe(200);
  });

  test("as Cognito signs it: client_id in place of aud, in an access token", async () => {
    const { aud, ...rest } = sound();

    const access = await issuer.sign({ ...rest, client_id: AUDIENCE, token_use: "access" });
    expect((await classify(access)).status).toBe(200);
    for (const wrong of [
      { ...rest, client_id: AUDIENCE },
      { ...rest, client_id: "another", token_use: "access" },
      { ...rest, aud, token_use: "id" },
    ])
      expect((await classify(await issuer.sign(wrong))).status).toBe(401);
  });
});

describe("refused with 401 and a word about why", () => {
  test.each(WRONG_CREDENTIALS)("%s", async (_what, make, why) => {
    const credential = await make(issuer);

    expectUnauthenticated(await classify(credential), why);
    expectUnauthenticated(await graphql("{ models { totalCount } }", credential), why);
  });

  test("none of them is written into the log of the server", async () => {
    const token = await issuer.sign({ ...sound(), exp: 1 });
    await classify(token);

    const log = await server.readLog();
    for (const secret of [token, ...Object.values(keys)]) expect(log).not.toContain(secret.slice(-20));
  });
});

/** Each route of the server that takes a role, with something in place of what its path holds. */
const GUARDED = Object.entries(openapi.paths as Record<string, Record<string, { "x-radlite-role": string }>>)
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, said]) => ({ method, path, role: said["x-radlite-role"] })),
  )
  .filter(({ role, path }) => role !== "anyone" && path !== "/docs"); // a page, which asks for a key

test.each(GUARDED)(
  "$method $path says to whoever brings none, or a wrong one, what is wrong, and nothing else",
  async ({ method, path }) => {
    const place = path.replace(/\{[^}]+\}/g, "a".repeat(64));
    const send = (credential?: string, headers: Record<string, string> = {}) =>
      ask(place, {
        ...{ method: method.toUpperCase(), credential },
        headers: { "content-type": "application/json", ...headers },
        ...(method !== "get" && { body: "{" }), // not looked at before who asks
      });

    expectUnauthenticated(await send(), /send an API key or a token/);
    for (const what of [
      "an expired one",
      "one for another audience",
      "HS256 over the public key",
      "alg none",
    ]) {
      const [, make, why] = WRONG_CREDENTIALS.find(([name]) => name === what)!;
      expectUnauthenticated(await send(await make(issuer)), why);
    }
    const other = await send(keys.approver, { origin: "https://evil.example.org" });
    expect({ status: other.status, text: JSON.stringify(other.body) }).toMatchObject({
      status: 403,
      text: expect.stringContaining("REFUSED"),
    });
    const twice = await send(`${keys.approver}, Bearer ${keys.caller}`);
    expect(twice.status).toBe(401);
  },
);

describe("a key", () => {
  test.each(ROLES)("of a %s is answered by its role", async (role) => {
    expect((await classify(keys[role])).status).toBe(200);
    expect((await graphql("{ models { totalCount } }", keys[role])).status).toBe(
      role === "caller" ? 403 : 200,
    );
  });

  test("that was revoked before it was looked up is refused", async () => {
    const store = fileStore(server.storeFolder);
    const { key, id } = await createAccessKey(store, { name: "gone", role: "viewer", actor: ROOT });
    await revokeAccessKey(store, { id, actor: ROOT });

    const { status, body } = await classify(key);

    expect({ status, ...body.error }).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
    expect(body.error.message).toContain("revoked");
  });
});

test.each(listMutations())("$mutation by each role", async (mutation) => {
  await expectRoles(mutation, (document, role) => graphql(document, keys[role]));
});

describe("pages", () => {
  const from = (origin: string) => ({ headers: { origin } });

  test("of another site are refused, with a key or without", async () => {
    for (const credential of [undefined, keys.approver]) {
      const { status, headers, body } = await ask("/models/production", {
        ...from("https://evil.example.org"),
        credential,
      });
      expect({ status, code: body.error.code }).toEqual({ status: 403, code: "REFUSED" });
      expect(headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  test("on the list read answers and refusals", async () => {
    const answers = [
      await ask("/models/production", { ...from(PAGE), credential: keys.caller }),
      await ask("/models/production", from(PAGE)),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 401]);
    for (const { headers } of answers) {
      expect(headers.get("access-control-allow-origin")).toBe(PAGE);
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      expect(headers.get("vary")).toMatch(/origin/i);
    }
  });

  test.each(["/classify", "/graphql", "/artifacts/x"])("ask before they ask %s", async (path) => {
    const preflight = (origin: string) =>
      ask(path, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "authorization, content-type",
        },
      });

    const listed = await preflight(PAGE);
    expect(listed.status).toBe(204);
    expect(listed.headers.get("access-control-allow-origin")).toBe(PAGE);
    expect(listed.headers.get("access-control-allow-methods")).toContain("POST");
    expect(listed.headers.get("access-control-allow-headers")).toContain("authorization");
    const other = await preflight("https://evil.example.org");
    expect(other.status).toBe(403);
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("a radiograph by upload", () => {
  const announce = async (credential: string, bytes: Uint8Array) => {
    const sha256 = digestOf(bytes);
    const body = JSON.stringify({ bytes: bytes.length, sha256 });
    const { status, body: answer } = await ask("/uploads", { method: "POST", credential, body });
    expect(status).toBe(201);
    return answer as { upload: string; url: string; headers: Record<string, string> };
  };
  const put = (url: string, bytes: Uint8Array, credential?: string) =>
    ask(new URL(url).pathname, { method: "PUT", credential, body: bytes as Uint8Array<ArrayBuffer> });
  const classifyUpload = (upload: string, credential?: string) =>
    ask("/classify", {
      method: "POST",
      credential,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ upload }),
    });

  test("gets the verdict that it gets in a body, once", async () => {
    const { upload, url } = await announce(keys.caller, RADIOGRAPH);
    expect(new URL(url).origin).toBe(server.url);

    expect((await put(url, RADIOGRAPH, keys.caller)).status).toBe(201);
    const { status, body } = await classifyUpload(upload, keys.caller);

    expect(status).toBe(200);
    const { verdict, probability, input } = (await classify(keys.caller)).body;
    expect(body).toMatchObject({ verdict, probability, input: { sha256: input.sha256 } });
    expect((await classifyUpload(upload, keys.caller)).status).toBe(404);
  });

  test("of more than a body may have comes in", async () => {
    const large = new Uint8Array(11 * 2 ** 20);
    const { upload, url } = await announce(keys.caller, large);

    expect((await put(url, large, keys.caller)).status).toBe(201);
    const { status, body } = await classifyUpload(upload, keys.caller);
    expect({ status, reason: body.error.reason }).toMatchObject({ reason: "NOT_AN_IMAGE" });
  });

  test("is refused twice, from somebody else, without credentials, and as other bytes", async () => {
    const { upload, url } = await announce(keys.caller, RADIOGRAPH);
    const statusOf = async (answer: ReturnType<typeof ask>) => (await answer).status;

    expect(await statusOf(put(url, RADIOGRAPH))).toBe(401);
    expect(await statusOf(put(url, RADIOGRAPH, keys.approver))).toBe(403);
    expect(await statusOf(put(url, RADIOGRAPH.subarray(1), keys.caller))).toBe(400);
    expect(await statusOf(put(url, RADIOGRAPH, keys.caller))).toBe(201);
    expect(await statusOf(put(url, RADIOGRAPH, keys.caller))).toBe(409);
    expect(await statusOf(classifyUpload(upload, keys.approver))).toBe(403);
    expect(await statusOf(classifyUpload(upload, keys.caller))).toBe(200);
  });
});

test("strangers see the page and that the server is up, and nothing of the model", async () => {
  expect((await ask("/")).status).toBe(200);
  expect((await ask("/health")).body).toEqual({ status: "up" });
  expect((await ask("/health", { credential: keys.caller })).body).toMatchObject({ model: "chest-xray" });
  for (const path of ["/models/production", "/graphql?query={__typename}"])
    expect((await ask(path)).status).toBe(401);
});
