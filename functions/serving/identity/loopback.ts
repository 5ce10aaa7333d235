/**
 * Without credentials Radlite answers on this machine alone: the local server, reached over loopback, by a page of
 * its own or of a site on the list. Another machine is asked for credentials; a foreign web page in a browser on this
 * machine, which could otherwise ask in its user's name, is refused.
 */
import { RadliteError } from "@radlite/model/errors";
import type { Actor } from "@radlite/registry/log";
import type { IdentifiableRequest } from "./identity.ts";

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
/** Compared as it was sent: a parser of addresses takes `localhost#.example.org` for localhost. */
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
/** What a proxy adds: behind one, everybody comes from loopback. */
const PROXY_HEADERS = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

/** Whoever sits at this machine may do everything. */
const LOCAL: Actor = { name: "local", role: "approver" };

/** @throws REFUSED for a request through a proxy, which nobody has said may stand in front. */
export function requireNoProxy({ headers }: Pick<IdentifiableRequest, "headers">): void {
  const proxied = PROXY_HEADERS.find((name) => headers[name] !== undefined);
  if (proxied === undefined) return;
  throw new RadliteError(
    "REFUSED",
    `Radlite answers through no proxy unless RADLITE_TRUST_PROXY=on says that one may stand in front; this request came through one (${proxied}: ${headers[proxied]}). From another machine an SSH tunnel does too, ssh -L 3000:localhost:3000 HOST, and http://localhost:3000.`,
  );
}

/**
 * @param origins of other sites whose pages may ask
 * @returns undefined for a request from another machine
 * @throws REFUSED for a page of another site and for a name that is not this machine's.
 */
export function identifyOnLoopback(
  { headers, requestContext }: IdentifiableRequest,
  origins: readonly string[],
): Actor | undefined {
  const { host = "", origin } = headers;
  const isOwnPage = origin === undefined || origin === `http://${host}` || origins.includes(origin);
  const isHere = isOnLoopback({ requestContext });
  if ((isHere && !LOCAL_HOST.test(host)) || !isOwnPage) {
    throw new RadliteError(
      "REFUSED",
      `Another site's page may not ask Radlite for anything (host ${host}, origin ${origin ?? "none"}).`,
    );
  }
  return isHere ? LOCAL : undefined;
}

/** Whether a request comes from this machine; behind a proxy all do. */
export const isOnLoopback = ({ requestContext }: Pick<IdentifiableRequest, "requestContext">): boolean =>
  LOOPBACK.test(requestContext.http.sourceIp);
