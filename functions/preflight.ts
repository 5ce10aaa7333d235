/**
 * OPTIONS of any path: what a browser asks for a page of another site before it asks for what the page wants. Who may
 * ask at all, `guard` has seen to.
 */
import { ANYONE, guard } from "./serving/guard.ts";

const HEADERS = {
  "access-control-allow-methods": "GET, POST, PUT",
  "access-control-allow-headers": "authorization, content-type",
  "access-control-max-age": "600", // seconds
};

export const handler = guard(ANYONE, async () => ({ statusCode: 204, headers: HEADERS }));
