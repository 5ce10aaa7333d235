/**
 * Who may ask, as a table for every way in which Radlite is served: credentials that no server may take, and each
 * mutation of schema.graphql with the role that it takes.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { COMMAND_ROLES } from "@radlite/registry/commands";
import { ROLES, type Role } from "@radlite/registry/log";
import { buildSchema } from "graphql";
import { exportSPKI, generateKeyPair } from "jose";
import { expect } from "vitest";
import type { Reply } from "./asking.ts";
import { AUDIENCE, type Issuer } from "./issuer.ts";

const ROOT = join(import.meta.dirname, "../..");
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

/** What a token of the issuer says when nothing is wrong with it. */
export const soundClaims = (issuer: Issuer) => ({
  iss: issuer.url,
  aud: AUDIENCE,
  sub: "ada",
  exp: inSeconds(60),
  roles: ["approver"],
});

const unsigned = (header: object, claims: object) =>
  `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.`;

function signWithout(issuer: Issuer, claim: string): Promise<string> {
  const entries = Object.entries(soundClaims(issuer));
  return issuer.sign(Object.fromEntries(entries.filter(([name]) => name !== claim)));
}

async function signElsewhere(issuer: Issuer, header = {}): Promise<string> {
  return issuer.sign(soundClaims(issuer), header, (await generateKeyPair("RS256")).privateKey);
}

/** What it is, how it comes to be, and the word that its bearer is told. */
export const WRONG_CREDENTIALS: [string, (issuer: Issuer) => Promise<string | undefined>, RegExp][] = [
  ["no token", async () => undefined, /send an API key or a token/],
  ["an expired one", (issuer) => issuer.sign({ ...soundClaims(issuer), exp: inSeconds(-1) }), /expired/],
  ["one that never expires", (issuer) => signWithout(issuer, "exp"), /no exp/],
  ["one of nobody", (issuer) => signWithout(issuer, "sub"), /no sub/],
  [
    "one of an escape sequence",
    (issuer) => issuer.sign({ ...soundClaims(issuer), sub: "\u001b[2J" }),
    /subject/,
  ],
  ["one not yet valid", (issuer) => issuer.sign({ ...soundClaims(issuer), nbf: inSeconds(600) }), /nbf/],
  [
    "one of another issuer",
    (issuer) => issuer.sign({ ...soundClaims(issuer), iss: `${issuer.url}/` }),
    /another issuer/,
  ],
  ["one of no issuer", (issuer) => signWithout(issuer, "iss"), /no iss/],
  [
    "one for another audience",
    (issuer) => issuer.sign({ ...soundClaims(issuer), aud: "https://other" }),
    /audience/,
  ],
  ["one for no audience", (issuer) => signWithout(issuer, "aud"), /audience/],
  [
    "HS256 over the public key",
    async (issuer) => {
      const secret = new TextEncoder().encode(await exportSPKI(issuer.publicKey));
      return issuer.sign(soundClaims(issuer), { alg: "HS256" }, secret);
    },
    /algorithm/,
  ],
  ["alg none", async (issuer) => unsigned({ alg: "none" }, soundClaims(issuer)), /algorithm|no signed/],
  ["one signed by somebody else", (issuer) => signElsewhere(issuer), /signature/],
  [
    "one signed by somebody else, who names a key of their own",
    (issuer) => signElsewhere(issuer, { kid: "mine" }),
    /one key of its issuer/,
  ],
  [
    "one whose claims were changed",
    async (issuer) => {
      const [header, , signature] = (await issuer.ask("scopes", "radlite/caller")).split(".");
      return `${header}.${Buffer.from(JSON.stringify(soundClaims(issuer))).toString("base64url")}.${signature}`;
    },
    /signature/,
  ],
  [
    "RS512",
    (issuer) =>
      issuer
        .sign(soundClaims(issuer), { alg: "RS512" }, issuer.privateKey)
        .catch(() => "eyJhbGciOiJSUzUxMiJ9.e30.x"),
    /algorithm/,
  ],
  ["no token at all", async () => "nonsense", /no signed/],
  ["a key of nobody", async () => `rl_0123456789ab_${"a".repeat(43)}`, /none of this registry's/],
];

export function expectUnauthenticated({ status, headers, body }: Reply, why: RegExp): void {
  expect(status).toBe(401);
  expect(headers.get("www-authenticate")).toBe("Bearer");
  const { code, message } = body.error ?? { ...body.errors[0].extensions, ...body.errors[0] };
  expect(code).toBe("UNAUTHENTICATED");
  expect(message).toMatch(why);
}

export interface Mutation {
  mutation: string;
  needed: Role;
  /** Valid, and sent without variables: those are not looked at before the role is. */
  document: string;
}

/** Each of schema.graphql. */
export function listMutations(): Mutation[] {
  const { startRun, recordProgress } = COMMAND_ROLES;
  const named = { startTrainingRun: startRun, beginRun: startRun, recordRunProgress: recordProgress };
  const needs: Record<string, Role> = { ...COMMAND_ROLES, ...named };
  const schema = buildSchema(readFileSync(join(ROOT, "schema.graphql"), "utf8"));
  return Object.values(schema.getMutationType()!.getFields()).map(({ name, args }) => {
    if (!needs[name]) throw new Error(`which command is the mutation ${name}?`);
    const declared = args.map((arg) => `$${arg.name}: ${arg.type}`).join(", ");
    const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(", ");
    return {
      mutation: name,
      needed: needs[name]!,
      document: `mutation (${declared}) { ${name}(${passed}) { __typename } }`,
    };
  });
}

/** A mutation as each role: refused by the role before its input is looked at, or not for the role. */
export async function expectRoles(
  { needed, document }: Mutation,
  ask: (document: string, role: Role) => Promise<Reply>,
): Promise<void> {
  for (const role of ROLES) {
    const { status, body } = await ask(document, role);

    const [{ message, extensions }] = body.errors;
    const isAllowed = ROLES.indexOf(role) >= ROLES.indexOf(needed);
    const expected = isAllowed ? { status: 400, code: "BAD_INPUT" } : { status: 403, code: "REFUSED" };
    expect({ role, status, code: extensions.code }).toEqual({ role, ...expected });
    const named = role === "caller" ? "viewer" : needed; // who may not read is told that first
    if (!isAllowed) expect(message).toContain(`takes the role ${named}; ${role} has ${role}`);
  }
}
