/**
 * GET /sign-in: how a browser signs in here, as JSON; to a browser that opens the address, the page that does it. Where
 * an issuer is set up the page goes there and comes back here, with what no other page is sent.
 */
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { ANYONE, guard } from "./serving/guard.ts";
import { type Issuer, readAuthSettings } from "./serving/identity/settings.ts";
import { answerPage } from "./serving/pages.ts";
import { answerJson } from "./serving/respond.ts";

const FOLDER = new URL("../console/sign-in/", import.meta.url);

/** With a query too: that is how an issuer sends it back. */
const isOpened = ({ headers }: APIGatewayProxyEventV2): boolean =>
  /\btext\/html\b/.test(headers.accept ?? "");

/**
 * The page asks the issuer, which publishes only in its own metadata where it takes codes; so any server that is asked
 * over TLS. There is nothing on it but who signs in, and its scripts are ours alone.
 */
const policyFor = (issuer: Issuer | undefined): string =>
  `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self' https:${issuer?.issuer.startsWith("http:") ? ` ${new URL(issuer.issuer).origin}` : ""}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export const handler = guard(ANYONE, async ({ event }) => {
  const { issuer } = readAuthSettings(process.env);
  if (isOpened(event)) {
    const page = await answerPage(FOLDER);
    return { ...page, headers: { ...page.headers, "content-security-policy": policyFor(issuer) } };
  }
  const { issuer: address, clientId, scope, audience: [audience] = [] } = issuer ?? {};
  return answerJson(200, { issuer: clientId === undefined ? null : { address, clientId, scope, audience } });
});
