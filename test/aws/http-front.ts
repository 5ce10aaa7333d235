/**
 * The HTTP API of the compiled template on this machine: its own routes lead to its own functions, with what API
 * Gateway and Lambda do on the way: 10 MB for a body, 6 MB for an event and an answer, 10,240 bytes for headers, 404
 * for what has no route, 500 for a function that failed. Cross-origin requests are the functions' own business, as
 * long as the template leaves them that.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { sendAnswer, sendRefusal, toEvent } from "./gateway-event.ts";
import type { Template } from "./packaged.ts";

const MAX_BODY_BYTES = 10 * 2 ** 20;
const MAX_PAYLOAD_BYTES = 6 * 2 ** 20; // of Lambda, each way
const MAX_HEADER_BYTES = 10_240;

export interface Route {
  /** `POST /classify`. */
  key: string;
  method: string;
  segments: string[];
  /** Of the resource that it leads to. */
  functionId: string;
}

/** @param resolve from a value of the template to what it is in the stack */
export function routesOf({ Resources }: Template, resolve: (value: unknown) => unknown): Route[] {
  const all = Object.values(Resources);
  const cors = all.find(
    ({ Type, Properties }) => Type === "AWS::ApiGatewayV2::Api" && Properties.CorsConfiguration,
  );
  if (cors) throw new Error("the gateway answers preflights now: this front has to learn it too");
  return all
    .filter(({ Type }) => Type === "AWS::ApiGatewayV2::Route")
    .map(({ Properties }) => {
      const { RouteKey: key, Target } = Properties;
      const [method, path] = key.split(" ");
      const integration = Resources[(resolve(Target) as string).replace("integrations/", "")]!.Properties;
      if (integration.PayloadFormatVersion !== "2.0") throw new Error(`${key} is not of format 2.0`);
      const functionId = (resolve(integration.IntegrationUri) as string).split(":")[6]!;
      return { key, method, segments: path.split("/").slice(1), functionId };
    })
    .sort((one, other) => rankOf(one) - rankOf(other));
}

/** Fixed paths before those with parameters, those before paths of any length. */
function rankOf({ segments }: Route): number {
  const isGreedy = segments.some((segment) => segment.endsWith("+}"));
  return (isGreedy ? 100 : 0) + segments.filter((segment) => segment.startsWith("{")).length;
}

function match({ method, segments }: Route, asked: string, path: string): Record<string, string> | undefined {
  const given = path.split("/").slice(1);
  const isGreedy = segments.at(-1)!.endsWith("+}");
  const fits = isGreedy ? given.length >= segments.length : given.length === segments.length;
  if ((method !== asked && method !== "ANY") || !fits) return undefined;
  const parameters: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    const name = /^\{(.+?)\+?\}$/.exec(segment)?.[1];
    const value = segment.endsWith("+}") ? given.slice(i).join("/") : given[i]!;
    if (name === undefined && segment !== value) return undefined;
    if (name !== undefined) parameters[name] = decodeURIComponent(value);
  }
  return parameters;
}

export interface HttpFront {
  url: string;
  stop(): Promise<void>;
}

/** @param invoke gives an event to a function */
export async function startFront(
  routes: readonly Route[],
  invoke: (functionId: string, event: unknown) => Promise<unknown>,
): Promise<HttpFront> {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { pathname } = new URL(request.url!, "http://gateway");
    for (const route of routes) {
      const pathParameters = match(route, request.method!, pathname);
      if (!pathParameters) continue;
      const event = toEvent({ request, body, routeKey: route.key, pathParameters });
      const isTooLarge = body.length > MAX_BODY_BYTES || JSON.stringify(event).length > MAX_PAYLOAD_BYTES;
      if (isTooLarge) return sendRefusal(response, 413, "Request Entity Too Large");
      const answered = await invoke(route.functionId, event).catch(() => undefined);
      const isLost = answered === undefined || JSON.stringify(answered).length > MAX_PAYLOAD_BYTES;
      return isLost ? sendRefusal(response, 500, "Internal Server Error") : sendAnswer(response, answered);
    }
    sendRefusal(response, 404, "Not Found");
  }

  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
