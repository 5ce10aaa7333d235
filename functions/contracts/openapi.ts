/** The contracts as an OpenAPI 3.1 document: openapi.json, which scripts/openapi.mjs writes and GET /openapi.json gives. */
import { ERROR_CODES, type ErrorCode } from "@radlite/model/errors";
import { z } from "zod";
import { OUTSIDE } from "./classify.ts";
import {
  BINARY,
  type Content,
  type Contract,
  type ContractAnswer,
  type Parameter,
  type Refusals,
} from "./contract.ts";
import { GRAPHQL_ERRORS } from "./graphql.ts";

const DESCRIPTION = `Radlite reads chest X-rays with the smallest model that is accurate enough. Research use only; not a medical device.

Credentials are \`Authorization: Bearer\`, an API key or a token of the issuer; \`npm start\` on this machine needs none. Every role has all that the ones before it may: caller, viewer, trainer, approver.

A refusal is \`{ error: { code, reason?, message, requestId } }\`, on /graphql \`{ errors: [{ message, extensions: { code, reason? } }] }\`. The message says what to do; the code is one of ${ERROR_CODES.join(", ")}, or INTERNAL_SERVER_ERROR, of which the server's log says more.

Besides what stands at each route, the local server refuses a path that is none with 404 and \`UNKNOWN_PATH\`, a path that cannot be read with 400 and \`BROKEN_PATH\`, another method with 405 and \`WRONG_METHOD\`, and another host than it answers at with 403 and \`UNKNOWN_HOST\`. API Gateway answers the first three with 404 or 400 and \`{ message }\`.`;

/** What every route may answer besides its own. */
const ALWAYS: Refusals = { 401: [], 403: [], 500: [], 503: ["SETTINGS", "ISSUER"], 504: ["TIMEOUT"] };
/** Of a path that is no text, such as /%ff. */
const ALWAYS_NAMED: Refusals = { 400: [] };
/** Where parameters are read. */
const ALWAYS_READ: Refusals = { 400: ["UNKNOWN_PARAMETER"] };

const CODES: Readonly<Record<number, ErrorCode | "INTERNAL_SERVER_ERROR">> = {
  400: "BAD_INPUT",
  401: "UNAUTHENTICATED",
  403: "REFUSED",
  404: "NOT_FOUND",
  405: "BAD_INPUT",
  406: "BAD_INPUT",
  409: "CONFLICT",
  413: "BAD_INPUT",
  415: "BAD_INPUT",
  500: "INTERNAL_SERVER_ERROR",
  503: "UNAVAILABLE",
  504: "UNAVAILABLE",
};

/** @param version of Radlite */
export function describeApi(contracts: readonly Contract[], version: string): object {
  const refusals = contracts.flatMap((contract) => Object.values(describeRefusals(contract)));
  const isShared = (name: string) => refusals.filter((one) => one.name === name).length > 1;
  const paths: Record<string, Record<string, object>> = {};
  for (const contract of contracts) {
    const [method = "", path = ""] = contract.route.split(" ");
    const place = toOpenApiPath(path);
    paths[place] = { ...paths[place], [method.toLowerCase()]: describeRoute(contract, isShared) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Radlite",
      version,
      description: DESCRIPTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }, {}],
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      responses: Object.fromEntries(
        refusals.filter(({ name }) => isShared(name)).map(({ name, response }) => [name, response]),
      ),
    },
  };
}

/** API Gateway's `{path+}` takes slashes in, for which OpenAPI has no word. */
export const toOpenApiPath = (path: string): string => path.replace("+}", "}");

function describeRoute(contract: Contract, isShared: (refusal: string) => boolean): object {
  const { route, role, summary, description, path = {}, query = {}, body, answers } = contract;
  const takes = role === "anyone" ? "For anyone." : `Takes the role ${role}.`;
  const parameters = [...describeParameters("path", path), ...describeParameters("query", query)];
  return {
    operationId: toId(route),
    summary,
    description: description === undefined ? takes : `${description} ${takes}`,
    "x-radlite-role": role,
    ...(role === "anyone" && { security: [{}] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        description: body.description,
        required: true,
        content: describeContent(body.content, "input"),
      },
    }),
    responses: {
      ...mapValues(answers, describeAnswer),
      ...mapValues(describeRefusals(contract), ({ name, response }) =>
        isShared(name) ? { $ref: `#/components/responses/${name}` } : response,
      ),
    },
  };
}

function refusalsOf({ role, path, refusals = {} }: Contract): Refusals {
  const found: Record<number, readonly string[]> = {};
  const always = [ALWAYS, path ? ALWAYS_NAMED : {}, role === "anyone" ? {} : ALWAYS_READ];
  for (const part of [...always, refusals])
    for (const [status, reasons] of Object.entries(part))
      found[Number(status)] = [...(found[Number(status)] ?? []), ...reasons];
  return found;
}

function describeParameters(place: "path" | "query", parameters: Readonly<Record<string, Parameter>>) {
  return Object.entries(parameters).map(([name, { schema, description }]) => ({
    ...{ name, in: place, required: place === "path", description },
    schema: describeSchema(schema, "input"),
  }));
}

const describeAnswer = ({ description, content }: ContractAnswer) => ({
  description,
  ...(content && { content: describeContent(content, "output") }),
});

/** By status. What several routes answer alike has one name. */
const describeRefusals = (contract: Contract) =>
  mapValues(refusalsOf(contract), (reasons, status) => ({
    name: [contract.errors ?? "http", status, ...reasons].join("-"),
    response: describeRefusal(contract, Number(status), reasons),
  }));

function describeRefusal(contract: Contract, status: number, reasons: readonly string[]) {
  const description = [CODES[status] ?? "BAD_INPUT", reasons.join(", ")]
    .filter((part) => part !== "")
    .join(": ");
  const schema = contract.errors === "graphql" ? GRAPHQL_ERRORS : refusalSchema(status, reasons);
  const isAsked = status === 401;
  return {
    description,
    ...(isAsked && { headers: { "www-authenticate": { schema: { type: "string", const: "Bearer" } } } }),
    content: {
      "application/json": { schema: describeSchema(schema, "output") },
    },
  };
}

/** Closed: a reason that is none of a route's fails the test of its answers. */
function refusalSchema(status: number, reasons: readonly string[]): z.ZodType {
  const code = status === 422 && reasons.length === 0 ? "BAD_ARTIFACT" : (CODES[status] ?? "BAD_INPUT");
  const [first, ...others] = reasons;
  const error = z.looseObject({
    code: z.literal(code),
    ...(first !== undefined && { reason: z.enum([first, ...others]).optional() }),
    message: z.string(),
    requestId: z.string(),
    ...(status === 422 && reasons.length > 0 && OUTSIDE.shape),
  });
  return z.strictObject({ error });
}

const describeContent = (content: Content, io: "input" | "output") =>
  mapValues(content, (schema) => {
    if (schema === BINARY) return {}; // bytes have no schema in OpenAPI 3.1
    return { schema: typeof schema === "string" ? { type: "string" } : describeSchema(schema, io) };
  });

function describeSchema(schema: z.ZodType, io: "input" | "output"): object {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io, override: dropSafeRange });
  return described;
}

/** That a number is one which JavaScript can count with goes without saying. */
function dropSafeRange({ jsonSchema }: { jsonSchema: { minimum?: number; maximum?: number } }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/** `POST /training-runs` is postTrainingRuns. */
const toId = (route: string): string =>
  (route.endsWith(" /") ? `${route}root` : route)
    .toLowerCase()
    .replace(/[^a-z0-9]+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    .replace(/[^a-zA-Z0-9]/g, "");

const mapValues = <In, Out>(record: Readonly<Record<string, In>>, map: (value: In, key: string) => Out) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
