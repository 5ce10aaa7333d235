/**
 * Queries without a server: what POST /graphql would answer, for programs that have the registry at hand. The same limits
 * hold; an error is thrown as the one it is.
 */
import { RadliteError, shortenMessage } from "@radlite/model/errors";
import type { Actor, Registry } from "@radlite/registry/log";
import {
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { createContext } from "./context.ts";
import { assertComplexity, assertNesting, buildValidationRules, QUERY_LIMITS } from "./limits.ts";
import { buildSchema } from "./schema.ts";

export interface QueryInput {
  query: string;
  variables?: Record<string, unknown>;
  actor: Actor;
}

let schema: GraphQLSchema | undefined;

/** The data of one query, as JSON has it. @throws BAD_INPUT for what is no query, and whatever answering it throws. */
export async function answerQuery(
  registry: Registry,
  { query, variables = {}, actor }: QueryInput,
): Promise<Record<string, unknown>> {
  const document = parseQuery(query);
  assertNesting(query, variables);
  schema ??= buildSchema();
  const [wrong] = validate(schema, document, [
    ...specifiedRules,
    ...buildValidationRules({ introspection: true }),
  ]);
  if (wrong) throw refuse(wrong);
  assertComplexity({ schema, document, variables });
  const refused = { startTraining: refuseTraining, validateRecipe: refuseRecipe };
  const contextValue = await createContext({ registry, actor, ...refused });
  const { data, errors } = await execute({ schema, document, variableValues: variables, contextValue });
  if (errors) throw errors[0]!.originalError ?? refuse(errors[0]!);
  return JSON.parse(JSON.stringify(data)); // times become texts
}

/** @throws BAD_INPUT for what cannot be parsed, is several operations, or would change something. */
export function parseQuery(text: string): DocumentNode {
  const document = tryToParse(text);
  const operation = getOperationAST(document);
  if (operation?.operation === "query") return document;
  throw new RadliteError(
    "BAD_INPUT",
    operation
      ? `expected a query, which changes nothing; got a ${operation.operation}`
      : "expected one query; got none, or several operations",
  );
}

function tryToParse(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: QUERY_LIMITS.tokens });
  } catch (cause) {
    if (cause instanceof GraphQLError) throw refuse(cause);
    throw cause;
  }
}

function refuse(cause: GraphQLError): RadliteError {
  const [place] = cause.locations ?? [];
  const where = place ? `line ${place.line}: ` : "";
  return new RadliteError("BAD_INPUT", where + shortenMessage(cause.message), { cause });
}

const refuseRecipe = () => {
  throw new Error("a query registers no recipe");
};

const refuseTraining = () => Promise.reject(new Error("a query starts no training"));
