/**
 * The GraphQL server behind /graphql: the registry's schema under its limits, with its errors. Whatever goes
 * wrong, the answer is GraphQL's `{ errors: [{ message, extensions: { code } }] }`; what is refused before
 * anything runs (body, syntax, limits, the caller) also has the HTTP status of its code.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { ApolloServer, type ApolloServerPlugin, HeaderMap, type HTTPGraphQLRequest } from "@apollo/server";
import { ApolloServerPluginLandingPageDisabled } from "@apollo/server/plugin/disabled";
import { RadliteError } from "@radlite/model/errors";
import {
  assertComplexity,
  assertNesting,
  buildSchema,
  buildValidationRules,
  type ContextOptions,
  listOperations,
  QUERY_LIMITS,
  type RequestContext,
  requireOperationRole,
  toPublicError,
  withHttpStatus,
} from "@radlite/registry/graphql";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { addressOf } from "./address.ts";
import { findPictures, maySeePictures } from "./dataset-images.ts";
import type { GuardedRequest } from "./guard.ts";
import { readJson } from "./request-body.ts";
import { type Answer, describeError } from "./respond.ts";

/** Not what a page of another site can send unasked. */
const JSON_TYPES = ["application/json", "application/graphql+json"];

/** Of the request whose operation runs: the server below knows an operation alone. */
const asking = new AsyncLocalStorage<Pick<GuardedRequest<"viewer">, "requestId" | "note">>();

export interface GraphqlServerOptions {
  /** Whether clients may ask for the schema itself. */
  introspection: boolean;
  /** Takes one line of JSON for an error that is not the caller's. */
  log?: (line: string) => void;
}

export function createGraphqlServer({ introspection, log = console.error }: GraphqlServerOptions) {
  return new ApolloServer<RequestContext>({
    schema: buildSchema(),
    validationRules: buildValidationRules({ introspection }),
    introspection: true, // the rules above decide
    parseOptions: { maxTokens: QUERY_LIMITS.tokens },
    persistedQueries: false, // a query that one process has seen, the next has not
    formatError: (formatted, thrown) =>
      toPublicError(formatted, thrown, (cause) => log(describeError(cause, asking.getStore()?.requestId))),
    plugins: [ApolloServerPluginLandingPageDisabled(), checkOperation, nameRequest],
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
  });
}

/** In this order: is it one that can be answered, may the caller, is it too large. */
const checkOperation: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation(found) {
        const { schema, document, operation, operationName, contextValue } = found;
        const { variables } = found.request;
        if (!operation) return; // of several the request named none: executing it says so
        asking.getStore()?.note({ operations: listOperations(schema, document, operation) });
        await orHttpStatus(() => {
          if (operation.operation === "subscription") throw noSubscriptions();
          requireOperationRole(schema, document, operation, contextValue.asker.actor);
          assertComplexity({ schema, document, operationName, variables });
        });
      },
    };
  },
};

/** Beside errors stands under which request the log knows them. */
const nameRequest: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response: { body } }) {
        const requestId = asking.getStore()?.requestId;
        if (body.kind !== "single" || !body.singleResult.errors || requestId === undefined) return;
        body.singleResult.extensions = { ...body.singleResult.extensions, requestId };
      },
    };
  },
};

const noSubscriptions = (): RadliteError =>
  new RadliteError("BAD_INPUT", "There are no subscriptions here: ask again for what may have changed.");

/** What one operation of a caller needs. */
export type ContextOf = (
  asked: Pick<ContextOptions, "actor" | "requestId" | "serverUrl" | "findPictures">,
) => Promise<RequestContext>;

/** Answers a request of a caller that may read the registry; what a mutation takes besides is checked here. */
export function createGraphqlHandler(server: ApolloServer<RequestContext>, contextOf: ContextOf) {
  server.startInBackgroundHandlingStartupErrorsByLoggingAndFailingAllRequests();
  return async ({ event, actor, requestId, note }: GuardedRequest<"viewer">): Promise<Answer> => {
    const asked = {
      httpGraphQLRequest: readRequest(event),
      context: () =>
        orHttpStatus(() =>
          contextOf({
            ...{ actor, requestId, serverUrl: addressOf(event) },
            ...(maySeePictures(event) && { findPictures }),
          }),
        ),
    };
    const { status, headers, body } = await asking.run({ requestId, note }, () =>
      server.executeHTTPGraphQLRequest(asked),
    );
    if (body.kind !== "complete") throw new Error("an operation is answered whole: the schema has no @defer");
    const isRefused = status !== undefined && status >= 400;
    const text = isRefused ? withRequest(body.string, requestId) : body.string;
    return { statusCode: status ?? 200, headers: Object.fromEntries(headers), body: text };
  };
}

/** What is refused before there is an operation, no plugin hears of. */
function withRequest(refusal: string, requestId: string): string {
  const { extensions, ...answer } = JSON.parse(refusal);
  return JSON.stringify({ ...answer, extensions: { ...extensions, requestId } });
}

/** @throws BAD_INPUT for a body that is too large (413), of another type (415), not JSON, or nested too deep. */
function readRequest(event: APIGatewayProxyEventV2): HTTPGraphQLRequest {
  const { method } = event.requestContext.http;
  const headers = new HeaderMap(
    Object.entries(event.headers).map(([name, value]) => [name, value ?? ""] as const),
  );
  const search = event.rawQueryString;
  if (method === "GET") return { method, headers, search, body: undefined };
  const body = readJson(event, { maxBytes: QUERY_LIMITS.bodyBytes, types: JSON_TYPES });
  if (typeof body.query === "string") assertNesting(body.query, body.variables);
  headers.set("content-type", "application/json");
  return { method, headers, search, body };
}

async function orHttpStatus<T>(step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw withHttpStatus(error);
  }
}
