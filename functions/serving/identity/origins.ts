/**
 * Pages of other sites. A browser sends their origin along, and shows them an answer only where the answer names it;
 * so those on the list are named, and those that are not are refused before anything is done for them. A request
 * without an origin comes from no page of another site.
 */
import { RadliteError } from "@radlite/model/errors";
import type { IdentifiableRequest } from "./identity.ts";
import type { AuthSettings } from "./settings.ts";

type OriginSettings = Pick<AuthSettings, "origins" | "trustsProxy">;

/** @throws REFUSED for a page that is neither of this server nor on the list. */
export function requireOrigin(request: IdentifiableRequest, settings: OriginSettings): void {
  const { origin } = request.headers;
  if (origin === undefined || settings.origins.includes(origin)) return;
  const host = hostOf(request, settings);
  if (origin === `https://${host}` || origin === `http://${host}`) return;
  throw new RadliteError(
    "REFUSED",
    `A page of ${JSON.stringify(origin)} may not ask here: RADLITE_ORIGINS lists those that may.`,
  );
}

/** What lets a browser show the answer to a page on the list. */
export function corsHeaders({ headers }: Pick<IdentifiableRequest, "headers">, { origins }: OriginSettings) {
  if (origins.length === 0) return {};
  const { origin } = headers;
  const isListed = origin !== undefined && origins.includes(origin);
  return {
    vary: "Origin",
    ...(isListed && {
      "access-control-allow-origin": origin,
      "access-control-expose-headers": "www-authenticate, retry-after, x-request-id",
    }),
  };
}

function hostOf({ headers }: IdentifiableRequest, { trustsProxy }: OriginSettings): string {
  return (trustsProxy && headers["x-forwarded-host"]) || headers.host || "";
}
