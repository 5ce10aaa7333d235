/**
 * Signing in at the issuer: the authorization code flow of OpenID Connect for a public client, with PKCE (RFC 7636,
 * S256), a state and a nonce, each random and of one attempt. What the attempt has to remember lies in the tab until the
 * issuer sends the reader back, and is used once. Only the access token is used on; the identity token says that this
 * attempt is meant, and is kept to sign out with.
 */
import * as oauth from "oauth4webapi";
import { type Issuer, nameOf } from "./issuer.ts";

const ATTEMPT = "radlite-signing-in";
const ID_TOKEN = "radlite-id-token";

interface Attempt {
  state: string;
  nonce: string;
  verifier: string;
}

/** @returns the address to leave for. @throws Error when the issuer does not answer as one. */
export async function beginAtIssuer(issuer: Issuer, back: string): Promise<string> {
  const { authorization_endpoint } = await discover(issuer);
  if (!authorization_endpoint) throw new Error(`${nameOf(issuer)} does not say where one signs in.`);
  const attempt: Attempt = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
  };
  const address = new URL(authorization_endpoint);
  const asked = {
    response_type: "code",
    client_id: issuer.clientId,
    redirect_uri: back,
    scope: issuer.scope,
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: "S256",
    ...describeAudience(issuer),
  };
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
  sessionStorage.setItem(ATTEMPT, JSON.stringify(attempt));
  return address.href;
}

/**
 * @param current the address with which the issuer sent the reader back
 * @returns the access token. @throws Error with what the issuer said, or with what is wrong with its answer.
 */
export async function finishAtIssuer(issuer: Issuer, current: URL, back: string): Promise<string> {
  const attempt = takeAttempt();
  if (!attempt) throw new Error("This tab did not begin to sign in, or has ended it already. Sign in again.");
  const server = await discover(issuer);
  const client: oauth.Client = { client_id: issuer.clientId };
  const tokens = await tell(issuer, async () => {
    const given = oauth.validateAuthResponse(server, client, current, attempt.state);
    const options = { ...optionsFor(issuer), additionalParameters: describeAudience(issuer) };
    const { verifier } = attempt;
    const answer = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      given,
      back,
      verifier,
      options,
    );
    return oauth.processAuthorizationCodeResponse(server, client, answer, {
      expectedNonce: attempt.nonce,
      requireIdToken: true,
    });
  });
  if (tokens.id_token) sessionStorage.setItem(ID_TOKEN, tokens.id_token);
  return tokens.access_token;
}

/** @returns where to leave for to end the session at the issuer; undefined for one who has none, or nowhere to. */
export async function endAtIssuer(issuer: Issuer, back: string): Promise<string | undefined> {
  const idToken = sessionStorage.getItem(ID_TOKEN);
  sessionStorage.removeItem(ID_TOKEN);
  if (idToken === null) return undefined;
  const { end_session_endpoint } = await discover(issuer);
  if (!end_session_endpoint) return undefined;
  const address = new URL(end_session_endpoint);
  address.searchParams.set("client_id", issuer.clientId);
  address.searchParams.set("id_token_hint", idToken);
  address.searchParams.set("post_logout_redirect_uri", back);
  return address.href;
}

function takeAttempt(): Attempt | undefined {
  const kept = sessionStorage.getItem(ATTEMPT);
  sessionStorage.removeItem(ATTEMPT);
  return kept === null ? undefined : JSON.parse(kept);
}

const discover = (issuer: Issuer): Promise<oauth.AuthorizationServer> =>
  tell(issuer, async () => {
    const address = new URL(issuer.address);
    return oauth.processDiscoveryResponse(address, await oauth.discoveryRequest(address, optionsFor(issuer)));
  });

/** Without TLS on this machine alone: the server's settings take no other. */
const optionsFor = ({ address }: Issuer) =>
  address.startsWith("http:") ? { [oauth.allowInsecureRequests]: true } : {};

/** As RFC 8707 says it, where it is the address that this asks for, and as Auth0 does. Others take neither. */
const describeAudience = ({ audience }: Issuer): Record<string, string> =>
  /^https?:/.test(audience) ? { resource: audience, audience } : { audience };

/** What goes wrong on the way to the issuer, or there, as a sentence. */
async function tell<T>(issuer: Issuer, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    throw new Error(`Signing in at ${nameOf(issuer)} did not succeed: ${explain(cause)}.`, { cause });
  }
}

function explain(error: unknown): string {
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError)
    return error.error_description ?? error.error;
  if (error instanceof TypeError) return "it was not reached, or does not let pages of this server ask";
  return (error as Error).message;
}
