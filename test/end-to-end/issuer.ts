/**
 * A real issuer of tokens over HTTP (oidc-provider): one client a role, which asks for a scope of Radlite's as machine
 * clients do, clients whose tokens have the role in a claim, and one for browsers, at which whoever signs in has the role
 * that stands behind the dot of their name. Its keys are the test's own, so that the test can also sign what the issuer
 * would not.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ROLES } from "@radlite/registry/log";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import Provider from "oidc-provider";

export const AUDIENCE = "https://radlite.example.org";
/** Without a secret; sent back to /sign-in of this machine at any port, as RFC 8252 lets programs on it. */
export const BROWSER = "browser";
const BACK = "http://localhost/sign-in";
const SECRET = "a-secret-of-the-test";
const SCOPES = [...ROLES.map((role) => `radlite/${role}`), "other/admin"];

export interface Issuer {
  url: string;
  jwks: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  /** As the issuer hands it out; without a scope the client's role is in its claim, if it has one. */
  ask(client: string, scope?: string): Promise<string>;
  /** With the issuer's own key, whatever is said. */
  sign(claims: JWTPayload, header?: Record<string, string>, key?: CryptoKey | Uint8Array): Promise<string>;
  /** Tokens that browsers get from now on live so long. */
  setLifetime(seconds: number): void;
  stop(): Promise<void>;
}

export async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let lifetimeS = 600;
  const provider = new Provider(url, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: "first", alg: "RS256", use: "sig" }] },
    cookies: { keys: ["of the test"] },
    clientBasedCORS: () => true,
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    clients: [
      {
        client_id: BROWSER,
        application_type: "native" as const,
        token_endpoint_auth_method: "none" as const,
        grant_types: ["authorization_code"],
        response_types: ["code" as const],
        redirect_uris: [BACK],
        post_logout_redirect_uris: [BACK],
      },
      ...listMachines(),
    ],
    scopes: SCOPES,
    // biome-ignore lint/correctness/noComponentHookFactories: a lifetime is no component
    ttl: { ClientCredentials: 600, AccessToken: () => lifetimeS }, // seconds
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        getResourceServerInfo: (_context, audience) => ({
          scope: SCOPES.join(" "),
          audience,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
    extraTokenClaims: (_context, token) => {
      const { clientId: client = "", accountId } = token as { clientId?: string; accountId?: string };
      const role = accountId?.split(".")[1] ?? /^claims-(?!nothing)(.+)$/.exec(client)?.[1];
      return { sub: accountId ?? client, ...(role !== undefined && { roles: ["other", role] }) };
    },
  });
  server.on("request", provider.callback());

  const sign: Issuer["sign"] = (claims, header = {}, key = privateKey) =>
    new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "first", ...header }).sign(key);

  return {
    url,
    jwks: `${url}/jwks`,
    privateKey,
    publicKey,
    sign,
    async ask(client, scope) {
      const body = new URLSearchParams({ grant_type: "client_credentials", ...(scope && { scope }) });
      const answer = await fetch(`${url}/token`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa(`${client}:${SECRET}`)}` },
        body,
      });
      const { access_token, ...rest } = (await answer.json()) as { access_token?: string };
      if (!access_token) throw new Error(`the issuer gave no token: ${JSON.stringify(rest)}`);
      return access_token;
    },
    setLifetime(seconds) {
      lifetimeS = seconds;
    },
    stop: () => close(server),
  };
}

const listMachines = () =>
  [...ROLES.map((role) => `claims-${role}`), "claims-nothing", "scopes"].map((client_id) => ({
    client_id,
    client_secret: SECRET,
    grant_types: ["client_credentials"],
    redirect_uris: [],
    response_types: [],
  }));

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
