/**
 * Without authentication Radlite answers on this machine alone: the local server, reached over loopback, by a page of
 * its own. Anything else is refused, a deployment on AWS Lambda first of all, and so is a foreign web page in a
 * browser on this machine, which could otherwise ask in its user's name.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Actor } from "@radlite/registry/log";
import type { IdentifiableRequest } from "./identity.ts";

const OPEN_ONLY_HERE =
  "Radlite has no authentication and answers only on the machine where npm start runs it. From another one use an SSH tunnel, ssh -L 3000:localhost:3000 HOST, and http://localhost:3000";
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
/** Compared as it was sent: a parser of addresses takes `localhost#.example.org` for localhost. */
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
/** What a proxy adds: behind one, everybody comes from loopback. */
const PROXY_HEADERS = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

/** Whoever sits at this machine may do everything. */
const LOCAL: Actor = { name: "local", role: "approver" };

/**
 * @param environment IS_OFFLINE is set by the local server and never on Lambda
 * @throws REFUSED for a request from elsewhere, saying how to ask; UNAUTHENTICATED for credentials, which nothing here
 *   can check.
 */
export function identifyOnLoopback(
  { headers, requestContext }: IdentifiableRequest,
  environment: Readonly<Record<string, string | undefined>>,
): Actor {
  if (environment.IS_OFFLINE !== "true") throw new RadliteError("REFUSED", `${OPEN_ONLY_HERE}.`);
  const proxied = PROXY_HEADERS.find((name) => headers[name] !== undefined);
  const { sourceIp } = requestContext.http;
  if (proxied !== undefined || !LOOPBACK.test(sourceIp)) {
    const from = proxied === undefined ? sourceIp : `a proxy (${proxied}: ${headers[proxied]})`;
    throw new RadliteError("REFUSED", `${OPEN_ONLY_HERE}; this request came from ${from}.`);
  }
  const { host = "", origin, authorization } = headers;
  if (!LOCAL_HOST.test(host) || (origin !== undefined && origin !== `http://${host}`)) {
    throw new RadliteError(
      "REFUSED",
      `Another site's page may not ask Radlite for anything (host ${host}, origin ${origin ?? "none"}).`,
    );
  }
  if (authorization !== undefined) {
    throw new RadliteError(
      "UNAUTHENTICATED",
      "The request brings credentials, and no authentication is set up here to check them: ask without.",
    );
  }
  return LOCAL;
}
