/**
 * Who is behind a request: the one thing that handlers know of authentication. A way of identifying callers is a file
 * beside this one that exports an `Identify`; which of them a deployment uses is chosen here.
 */
import type { Actor } from "@radlite/registry/log";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { identifyOnLoopback } from "./loopback.ts";

export type IdentifiableRequest = Pick<APIGatewayProxyEventV2, "headers"> & {
  requestContext: { http: { sourceIp: string } };
};

/**
 * The caller, recorded as the actor of what it changes; undefined for one that brings no credentials where they are
 * needed, whom only what is open to anyone answers.
 * @throws UNAUTHENTICATED for credentials that do not hold; REFUSED for a request that is answered to nobody.
 */
export type Identify = (request: IdentifiableRequest) => Promise<Actor | undefined>;

export const identifyCaller: Identify = async (request) => identifyOnLoopback(request, process.env);
