/**
 * A real issuer of tokens over HTTP (oidc-provider): one client a role, which asks for a scope of Radlite's as machine
 * clients do, and clients whose tokens have the role in a claim. Its keys are the test's own, so that the test can also
 * sign what the issuer would not.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ROLES } from "@radlite/registry/log";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import Provider from "oidc-provider";

export const AUDIENCE = "https://radlite.example.org";
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
  stop(): Promise<void>;
}

export async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(url, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: "first", alg: "RS256", use: "sig" }] },
    clients: [...ROLES.map((role) => `claims-${role}`), "claims-nothing", "scopes"].map((client_id) => ({
      client_id,
      client_secret: SECRET,
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
    })),
    scopes: SCOPES,
    ttl: { ClientCredentials: 600 }, // seconds
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        getResourceServerInfo: () => ({
          scope: SCOPES.join(" "),
          audience: AUDIENCE,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
    extraTokenClaims: (_context, token) => {
      const client = (token as { clientId?: string }).clientId ?? "";
      const role = /^claims-(?!nothing)(.+)$/.exec(client)?.[1];
      return { sub: client, ...(role !== undefined && { roles: ["other", role] }) };
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
    stop: () => close(server),
  };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
