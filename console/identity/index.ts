/**
 * Who reads these pages: what any page needs of it. A credential is an API key or a token of the server's issuer; it is
 * kept by credential.ts for as long as the tab is open, and shown to this server alone. Signing in and out at the issuer
 * is the page /sign-in's, which alone may ask another server; whatever a page has not sent by then is lost with it.
 */
import { credentialHeaders, forgetCredential, readCredential } from "./credential.ts";
import { rememberReturn, SIGN_IN_PAGE } from "./return.ts";

/** Null for one who has brought none, which this machine may not ask for. */
export const currentCredential = readCredential;

/** Who the server says is there. */
export interface Viewer {
  /** As the history names them. */
  name: string;
  role: "caller" | "viewer" | "trainer" | "approver";
}

/**
 * @returns undefined for one who has to sign in first: a credential that no longer holds is forgotten.
 * @throws Error with the server's sentence, for a token without a role and for a server that does not answer.
 */
export async function findViewer(): Promise<Viewer | undefined> {
  const answer = await fetchWithCredential("/identity");
  if (answer.status === 401) return undefined;
  if (answer.ok) return answer.json();
  throw new Error(await readRefusal(answer));
}

/** Leaves for the page that signs in, and comes back to this one. */
export function signIn(): void {
  rememberReturn(location.pathname + location.search + location.hash);
  location.assign(SIGN_IN_PAGE);
}

/** Forgets the credential; who signed in at the issuer leaves to sign out there too. */
export function signOut(): void {
  rememberReturn(location.pathname + location.search + location.hash);
  location.assign(`${SIGN_IN_PAGE}#out`);
}

/**
 * `fetch`, in the reader's name where this page's own server is asked. A credential that the server no longer takes is
 * forgotten: what is asked next is asked without, and who signs in again brings another.
 */
export async function fetchWithCredential(input: string | URL, init: RequestInit = {}): Promise<Response> {
  const url = new URL(input, location.href);
  if (url.origin !== location.origin) return fetch(url, init);
  const sent = readCredential();
  if (sent === null && isSignInNeeded()) return refuseHere();
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(credentialHeaders())) headers.set(name, value);
  const answer = await fetch(url, { ...init, headers });
  if (answer.status === 401 && sent !== null && readCredential() === sent) forgetCredential();
  return answer;
}

/**
 * Whether one without a credential is nobody here, as the server wrote into the page: a browser puts every refusal into
 * its console as if the page were broken, so nothing is asked that would be refused.
 */
const isSignInNeeded = (): boolean => document.documentElement.dataset.signIn === "needed";

/** As the server would answer. */
function refuseHere(): Response {
  const message = "Send an API key or a token: this server answers those alone who say who they are.";
  const error = { code: "UNAUTHENTICATED", message };
  const errors = [{ message, extensions: { code: error.code } }]; // to those who asked in GraphQL
  return new Response(JSON.stringify({ error, errors }), {
    status: 401,
    headers: { "content-type": "application/json" },
  });
}

/** The sentence of a refusal. */
export async function readRefusal(answer: Response): Promise<string> {
  const { error, errors } = await answer.json().catch(() => ({}));
  return error?.message ?? errors?.[0]?.message ?? `The server answered ${answer.status}.`;
}
