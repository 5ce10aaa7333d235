/**
 * Radlite as it is deployed, asked over HTTP: the packed functions under Lambda's Node with the rights of their roles,
 * behind the routes of the template. Tokens are a real issuer's.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { digestOf } from "@radlite/registry/bundle";
import { createAccessKey, readArtifact } from "@radlite/registry/commands";
import { type Actor, ROLES, type Role } from "@radlite/registry/log";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runRadlite } from "../cli/program.ts";
import { asking } from "../end-to-end/asking.ts";
import { AUDIENCE, type Issuer, startIssuer } from "../end-to-end/issuer.ts";
import {
  expectRoles,
  expectUnauthenticated,
  listMutations,
  soundClaims,
  WRONG_CREDENTIALS,
} from "../end-to-end/who-may-ask.ts";
import { promoteTiny, tinyVersion } from "../fixtures/tiny-version.ts";
import { type Deployed, deploy, PACKING_MS } from "./deployed.ts";
import { registerByUpload } from "./trainer.ts";

const ROOT: Actor = { name: "root", role: "approver" };
const PAGE = "https://radiology.example.org";
const SEEN_WITHIN_MS = 10_000;
const PROMOTE = "mutation ($input: PromoteInput!) { promote(input: $input) { __typename } }";

let issuer: Issuer;
let stack: Deployed;
const keys = {} as Record<Role, string>;

beforeAll(async () => {
  issuer = await startIssuer();
  stack = await deploy((registry) => promoteTiny(registry, 1), {
    settings: {
      RADLITE_AUTH_ISSUER: issuer.url,
      RADLITE_AUTH_AUDIENCE: AUDIENCE,
      RADLITE_AUTH_JWKS: issuer.jwks,
      RADLITE_ORIGINS: PAGE,
    },
  });
  for (const role of ROLES) {
    keys[role] = (await createAccessKey(stack.registry.store, { name: role, role, actor: ROOT })).key;
  }
}, PACKING_MS);
afterAll(async () => {
  await stack?.stop();
  await issuer?.stop();
});

const { ask, classify, graphql } = asking(() => stack.url);

describe("from a key to a verdict", () => {
  test("a trainer uploads and registers, an approver promotes, a caller is answered by it, and a viewer reads who did", async () => {
    const made = tinyVersion(5);
    const version = await registerByUpload(graphql, keys.trainer, made);
    const token = await issuer.sign({ ...soundClaims(issuer), sub: "ada@example.org" });

    const before = await classify(keys.caller);
    const { body: promotion } = await graphql(PROMOTE, token, {
      input: { version, reason: "of a test", expectedCurrent: "chest-xray@1" },
    });

    expect(promotion.data.promote).toEqual({ __typename: "Promoted" });
    expect(before.body.model).toMatchObject({ version: 1, sha256: tinyVersion(1).facts.sha256 });
    const served = await classifyUntil((answer) => answer.model.version === 2);
    expect(served).toMatchObject({ degraded: false, model: { sha256: made.facts.sha256 } });
    const { body } = await graphql(
      "{ audit { edges { node { kind subject actor { name role } } } } }",
      keys.viewer,
    );
    const entries = body.data.audit.edges.map(({ node }: { node: { subject: string } }) => node);
    for (const [kind, name, role] of [
      ["VersionRegistered", "trainer", "TRAINER"],
      ["AliasMoved", "ada@example.org", "APPROVER"],
    ])
      expect(entries).toContainEqual({ kind, subject: version, actor: { name, role } });
  });

  async function classifyUntil(isSeen: (answer: { model: { version: number } }) => boolean) {
    for (const startedMs = Date.now(); ; await delay(200)) {
      const { status, body } = await classify(keys.caller);
      expect(status).toBe(200);
      if (isSeen(body)) return body;
      expect(Date.now() - startedMs, "milliseconds without the promoted version").toBeLessThan(
        SEEN_WITHIN_MS,
      );
    }
  }

  test("the file that answers comes as it lies in the store", async () => {
    const { body: production } = await ask("/models/production", { credential: keys.caller });

    const answer = await fetch(`${stack.url}/artifacts/${production.sha256}`, {
      headers: { authorization: `Bearer ${keys.caller}` },
    });

    expect(answer.headers.get("content-type")).toBe("application/octet-stream");
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(Buffer.from(bytes)).toEqual(
      Buffer.from(await readArtifact(stack.registry.store, production.sha256)),
    );
    expect(digestOf(bytes)).toBe(production.sha256);
  });

  test("the command line asks with a key, by upload where a radiograph is too large for a request", async () => {
    const radlite = (args: string[], key: string) =>
      runRadlite([...args, "--server", stack.url], {
        env: { RADLITE_KEY: key, RADLITE_STORE: "file:/dev/null/nothing" },
      });
    const folder = await mkdtemp(join(tmpdir(), "radlite-large-"));
    const file = join(folder, "large.png");
    await writeFile(file, await drawNoise(4_000_001));
    const before = stack.s3.requests.length;

    const [listed, classified] = await Promise.all([
      radlite(["registry", "list", "--json"], keys.viewer),
      radlite(["classify", file, "--json"], keys.caller),
    ]);

    await rm(folder, { recursive: true });
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining("chest-xray") });
    expect(classified).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(classified.stdout).results[0]).toMatchObject({ file, model: { name: "chest-xray" } });
    const put = stack.s3.requests.slice(before).filter(({ method }) => method === "PUT");
    expect(put.map(({ path }) => path)).toContainEqual(expect.stringMatching(/\/uploads\/[^/]+\/bytes$/));
  });

  /** A grey picture in a file of so many bytes or more. */
  async function drawNoise(bytes: number): Promise<Uint8Array> {
    const width = 2_000;
    const height = Math.ceil(bytes / width);
    const pixels = new Uint8Array(width * height);
    for (let i = 0, state = 1; i < pixels.length; i++) {
      state = (state * 48_271) % 0x7fffffff;
      pixels[i] = state & 0xff;
    }
    return sharp(pixels, { raw: { width, height, channels: 1 } })
      .png({ compressionLevel: 0 })
      .toBuffer();
  }

  test("the page and its scripts come to anybody", async () => {
    const page = await ask("/");
    const script = /src="(\/page\/[^"]+\.js)"/.exec(page.body)?.[1];

    expect([page.status, (await ask(script!)).status]).toEqual([200, 200]);
    expect((await ask("/page/none.js")).status).toBe(404);
    expect((await ask("/nothing/here")).status).toBe(404);
  });
});

describe("refused", () => {
  test.each(WRONG_CREDENTIALS)("with 401 and a word about why: %s", async (_what, make, why) => {
    const credential = await make(issuer);

    expectUnauthenticated(await classify(credential), why);
    expectUnauthenticated(await graphql("{ models { totalCount } }", credential), why);
  });

  test("a token that names no role of ours, with 403", async () => {
    const { status, body } = await classify(await issuer.ask("scopes", "other/admin"));

    expect({ status, code: body.error.code }).toEqual({ status: 403, code: "REFUSED" });
  });

  test.each(listMutations())("$mutation by each role below its own", async (mutation) => {
    await expectRoles(mutation, async (document, role) => graphql(document, keys[role]));
  });

  test("each route of the template to whoever has not the role of its function", async () => {
    for (const { handler, routes } of stack.functions) {
      const source = `../../${handler.replace(/^dist\/(.+)\.handler$/, "$1.ts")}`;
      const { need } = (await import(source)).handler as { need: Role | "anyone" };
      for (const route of routes) {
        const [method, path] = route.replace(/\{[^}]+\}/g, "x").split(" ") as [string, string];
        const statusOf = async (credential?: string) => (await ask(path, { method, credential })).status;

        if (need === "anyone") {
          expect(await statusOf(), route).not.toBe(401);
          continue;
        }
        expect(await statusOf(), route).toBe(401);
        for (const role of ROLES) {
          const may = ROLES.indexOf(role) >= ROLES.indexOf(need);
          const status = await statusOf(keys[role]);
          if (may) expect(status, `${route} by ${role}`).not.toBe(403);
          else expect(status, `${route} by ${role}`).toBe(403);
        }
      }
    }
  });

  test("pages of another site, with a key or without; those on the list read answers and preflights", async () => {
    const from = (origin: string, credential?: string) =>
      ask("/models/production", { headers: { origin }, credential });
    const preflight = (origin: string) =>
      ask("/classify", {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });

    for (const credential of [undefined, keys.approver]) {
      const { status, headers } = await from("https://evil.example.org", credential);
      expect(status).toBe(403);
      expect(headers.get("access-control-allow-origin")).toBeNull();
    }
    expect((await from(PAGE, keys.caller)).headers.get("access-control-allow-origin")).toBe(PAGE);
    expect((await preflight(PAGE)).headers.get("access-control-allow-methods")).toContain("POST");
    expect((await preflight("https://evil.example.org")).status).toBe(403);
  });
});

describe("after all that", () => {
  test("no function asked the store for more than its role may", () => {
    const refused = stack.s3.requests.filter(({ status }) => status === 403);

    expect(stack.s3.requests.length).toBeGreaterThan(50);
    expect(refused).toEqual([]);
  });

  test("no key and no token stands in what the functions wrote", async () => {
    const token = await issuer.sign({ ...soundClaims(issuer), exp: 1 });
    await classify(token);

    for (const { name, log } of stack.functions)
      for (const secret of [token, ...Object.values(keys)])
        expect(log(), name).not.toContain(secret.slice(-20));
  });
});
