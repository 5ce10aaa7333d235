/**
 * Who may ask. Without authentication Radlite answers on this machine alone: the local server, reached over
 * loopback, by a page of its own. Anything else is refused, a deployment on AWS Lambda first of all, and so is
 * a foreign web page in a browser on this machine, which could otherwise ask in its user's name.
 */

import { RadliteError } from "@radlite/model/errors";
import type { Actor } from "@radlite/registry/log";
import type { APIGatewayProxyEventV2 } from "aws-lambda";

const OPEN_ONLY_HERE =
  "Radlite has no authentication and answers only on the machine where npm start runs it. From another one use an SSH tunnel, ssh -L 3000:localhost:3000 HOST, and http://localhost:3000";
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOCAL_NAMES = ["localhost", "127.0.0.1", "[::1]"];

/** Whoever sits at this machine may do everything. */
const LOCAL: Actor = { name: "local", role: "approver" };

type Request = Pick<APIGatewayProxyEventV2, "headers"> & { requestContext: { http: { sourceIp: string } } };

/**
 * The caller behind a request, recorded as the actor of what it changes.
 * @param env the process environment; IS_OFFLINE is set by the local server and never on Lambda
 * @throws REFUSED for a request from elsewhere, saying how to ask
 */
export function identifyCaller({ headers, requestContext }: Request, env = process.env): Actor {
  if (env.IS_OFFLINE !== "true") throw new RadliteError("REFUSED", `${OPEN_ONLY_HERE}.`);
  const proxied = headers.forwarded ?? headers["x-forwarded-for"];
  const { sourceIp } = requestContext.http;
  if (proxied !== undefined || !LOOPBACK.test(sourceIp))
    throw new RadliteError("REFUSED", `${OPEN_ONLY_HERE}; this request came from ${proxied ?? sourceIp}.`);
  const { host = "", origin } = headers;
  if (!LOCAL_NAMES.includes(hostnameOf(host)) || (origin !== undefined && origin !== `http://${host}`))
    throw new RadliteError(
      "REFUSED",
      `Another site's page may not ask Radlite for anything (host ${host}, origin ${origin ?? "none"}).`,
    );
  return LOCAL;
}

function hostnameOf(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : "";
}
