/**
 * Who is behind a request: the one thing that handlers know of authentication. Credentials come as
 * `Authorization: Bearer`, an API key or a token of the issuer; each way of checking them is a file beside this one.
 * Without any, whoever sits at this machine is known by that alone, unless the settings ask for credentials here too.
 */
import { RadliteError } from "@radlite/model/errors";
import { isSameDigest, parseAccessKey } from "@radlite/registry/commands";
import type { Role } from "@radlite/registry/log";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { readingStore } from "../registry.ts";
import { KEY_PREFIX, verifyKeys } from "./keys.ts";
import { identifyOnLoopback, requireNoProxy } from "./loopback.ts";
import { requireOrigin } from "./origins.ts";
import { type AuthSettings, type Issuer, readAuthSettings } from "./settings.ts";
import { verifyTokensOf } from "./tokens.ts";

export type IdentifiableRequest = Pick<APIGatewayProxyEventV2, "headers"> & {
  requestContext: { http: { sourceIp: string } };
};

export interface Caller {
  /** Recorded as the actor of what it changes: the token's subject or the key's name. */
  name: string;
  /** Undefined for a token that names none of ours. */
  role: Role | undefined;
}

/**
 * The caller; undefined for one that brings no credentials where they are needed, whom only what is open to anyone
 * answers.
 * @throws UNAUTHENTICATED for credentials that do not hold; REFUSED for a request that is answered to nobody;
 *   UNAVAILABLE when it cannot be found out.
 */
export type Identify = (request: IdentifiableRequest) => Promise<Caller | undefined>;

export interface Verifiers {
  verifyKey: (key: string) => Promise<Caller>;
  verifyToken: ((token: string) => Promise<Caller>) | undefined;
}

/** @param settings read at each request, so that no process answers by what was set for another. */
export function identifyWith(
  settings: () => AuthSettings,
  verifiersOf: (settings: AuthSettings) => Verifiers,
): Identify {
  return async (request) => {
    const set = settings();
    if (set.isOffline && !set.trustsProxy) requireNoProxy(request);
    const credential = readCredential(request);
    if (credential === undefined && set.isOpenHere) return identifyOnLoopback(request, set.origins);
    requireOrigin(request, set);
    if (credential === undefined) return undefined;
    return identifyBearer(credential, set, verifiersOf(set));
  };
}

async function identifyBearer(
  credential: string,
  { startKey }: AuthSettings,
  { verifyKey, verifyToken }: Verifiers,
): Promise<Caller> {
  if (credential.startsWith(KEY_PREFIX)) {
    const asked = startKey && parseAccessKey(credential);
    const isStart = asked?.id === startKey?.id && asked && isSameDigest(asked.sha256, startKey!.sha256);
    return isStart ? { name: "npm start", role: "caller" } : verifyKey(credential);
  }
  if (verifyToken) return verifyToken(credential);
  throw new RadliteError(
    "UNAUTHENTICATED",
    "The request brings credentials that are no API key, and no issuer of tokens is set up here (RADLITE_AUTH_ISSUER).",
  );
}

/** @throws UNAUTHENTICATED for another scheme than Bearer. */
function readCredential({ headers }: IdentifiableRequest): string | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  const credential = /^Bearer +([^\s,]+) *$/i.exec(authorization)?.[1];
  if (credential !== undefined) return credential;
  throw new RadliteError(
    "UNAUTHENTICATED",
    "Credentials are taken as Authorization: Bearer, followed by an API key or a token.",
  );
}

const verifyWarmKey = verifyKeys({ store: readingStore });

let verifier: { issuer: string; verify: Verifiers["verifyToken"] } | undefined;

/** One for the life of the process: it holds the issuer's keys. */
function verifyWarmToken(issuer: Issuer): Verifiers["verifyToken"] {
  const name = JSON.stringify(issuer);
  if (verifier?.issuer !== name) verifier = { issuer: name, verify: verifyTokensOf(issuer) };
  return verifier.verify;
}

export const identifyCaller: Identify = identifyWith(
  () => readAuthSettings(process.env),
  ({ issuer }) => ({ verifyKey: verifyWarmKey, verifyToken: issuer && verifyWarmToken(issuer) }),
);
