/**
 * The GraphQL server behind /graphql: the registry's schema under its limits, with its errors. Whatever goes
 * wrong, the answer is GraphQL's `{ errors: [{ message, extensions: { code } }] }`; what is refused before
 * anything runs (body, syntax, limits, the caller) also has the HTTP status of its code.
 */
import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import { ApolloServerPluginLandingPageDisabled } from "@apollo/server/plugin/disabled";
import { handlers, startServerAndCreateLambdaHandler } from "@as-integrations/aws-lambda";
import { RadliteError } from "@radlite/model/errors";
import {
  assertComplexity,
  buildSchema,
  buildValidationRules,
  QUERY_LIMITS,
  type RequestContext,
  toPublicError,
  withHttpStatus,
} from "@radlite/registry/graphql";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { readJson } from "./request-body.ts";
import { type Answer, answerJson, describeError, type Handler } from "./respond.ts";

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
    formatError: (formatted, thrown) =>
      toPublicError(formatted, thrown, (cause) => log(describeError(cause))),
    plugins: [ApolloServerPluginLandingPageDisabled(), limitComplexity],
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
  });
}

const limitComplexity: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ schema, document, operationName, request: { variables } }) {
        await orHttpStatus(() => assertComplexity({ schema, document, operationName, variables }));
      },
    };
  },
};

/** Finds the caller and opens the registry for one request. */
export type ContextOf = (event: APIGatewayProxyEventV2) => Promise<RequestContext>;

export function createGraphqlHandler(server: ApolloServer<RequestContext>, contextOf: ContextOf): Handler {
  const answer = startServerAndCreateLambdaHandler(
    server,
    handlers.createAPIGatewayProxyEventV2RequestHandler(),
    { context: ({ event }) => orHttpStatus(() => contextOf(event)) },
  );
  return async (event, context) => refuseBody(event) ?? ((await answer(event, context, () => {})) as Answer);
}

/** What the server library would answer without a code: a body that is too large, or not JSON though it says so. */
function refuseBody(event: APIGatewayProxyEventV2): Answer | undefined {
  try {
    const bytes = Buffer.byteLength(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
    if (bytes > QUERY_LIMITS.bodyBytes)
      throw new RadliteError(
        "BAD_INPUT",
        `The body has ${bytes} bytes; at most ${QUERY_LIMITS.bodyBytes} are taken. Send less at once.`,
        { reason: "TOO_LARGE", status: 413 },
      );
    if (event.headers["content-type"]?.startsWith("application/json")) readJson(event);
  } catch (error) {
    if (!(error instanceof RadliteError)) throw error;
    const { message, code, reason, status } = error;
    return answerJson(status, { errors: [{ message, extensions: { code, reason } }] });
  }
}

async function orHttpStatus<T>(step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw withHttpStatus(error);
  }
}
