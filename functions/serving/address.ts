/** The address under which a caller reached the server, for what an answer points back to. */
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { readAuthSettings } from "./identity/settings.ts";

export function addressOf({ headers }: Pick<APIGatewayProxyEventV2, "headers">): string {
  const { isOffline, trustsProxy } = readAuthSettings(process.env);
  const forwarded = trustsProxy ? headers["x-forwarded-host"] : undefined;
  const protocol = trustsProxy ? headers["x-forwarded-proto"] : undefined;
  const isPlain = protocol === "http" || (protocol === undefined && isOffline && forwarded === undefined);
  return `${isPlain ? "http" : "https"}://${forwarded ?? headers.host}`;
}
