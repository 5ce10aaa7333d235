/**
 * What one request may ask for. Depth and aliases are validation rules; complexity needs the variables and is
 * checked once they are known; tokens are counted while parsing, bytes and brackets before it. Each refusal is BAD_INPUT and
 * names the limit, so that a caller can cut the query in two. One field costs 1; a page costs its size (100 at
 * most, by the commands) times what it holds; a field that reads evidence from the store says so at its
 * declaration.
 */
import { maxAliasesRule } from "@escape.tech/graphql-armor-max-aliases";
import { maxDepthRule } from "@escape.tech/graphql-armor-max-depth";
import { RadliteError } from "@radlite/model/errors";
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  type ValidationContext,
  type ValidationRule,
} from "graphql";
import { fieldExtensionsEstimator, getComplexity, simpleEstimator } from "graphql-query-complexity";

export const QUERY_LIMITS = {
  depth: 12, // levels of fields; fragments are looked through
  aliases: 30, // an operation
  complexity: 10_000, // fields, each counted as often as its page is long
  tokens: 2_000, // lexical tokens of the document
  nesting: 100, // brackets within brackets, of the document and of its variables
  bodyBytes: 1_048_576, // 1 MiB: document and variables; two evaluations of 3,000 radiographs each
} as const;

/** What in a document is no bracket of it, and its brackets. */
const PARTS = /"""(?:\\"""|[\s\S])*?"""|"(?:\\.|[^"\\\r\n])*"|#[^\r\n]*|[[({]|[\])}]/g;

/**
 * Literals and variables within one another are read by functions that call themselves: beyond some thousand levels
 * they end in the middle, after a second.
 * @throws BAD_INPUT for more levels than the limit
 */
export function assertNesting(query: string, variables: unknown): void {
  const { nesting } = QUERY_LIMITS;
  let levels = 0;
  for (const [part] of query.matchAll(PARTS)) {
    if ("[({".includes(part)) levels++;
    else if ("])}".includes(part)) levels--;
    if (levels > nesting) throw tooNested("query");
  }
  let inside: unknown[] = [variables];
  for (let level = 0; inside.length > 0; level++) {
    if (level > nesting) throw tooNested("variables");
    inside = inside.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
}

const tooNested = (what: "query" | "variables"): RadliteError =>
  new RadliteError(
    "BAD_INPUT",
    `More than ${QUERY_LIMITS.nesting} brackets lie within one another in the ${what}; say it in fewer levels.`,
  );

export interface ValidationSettings {
  /** Whether `__schema` and `__type` are answered. `__typename` always is. */
  introspection: boolean;
}

/** The validation rules to add to GraphQL's own. */
export function buildValidationRules({ introspection }: ValidationSettings): ValidationRule[] {
  const rules: ValidationRule[] = [
    maxDepthRule({
      n: QUERY_LIMITS.depth,
      flattenFragments: true,
      propagateOnRejection: false,
      onReject: [reject(`The query is deeper than ${QUERY_LIMITS.depth} levels; ask for less at once.`)],
    }) as ValidationRule,
    maxAliasesRule({
      n: QUERY_LIMITS.aliases,
      propagateOnRejection: false,
      onReject: [reject(`The query has more than ${QUERY_LIMITS.aliases} aliases; send it in parts.`)],
    }) as ValidationRule,
  ];
  return introspection ? rules : [...rules, NoSchemaIntrospectionCustomRule];
}

const reject = (message: string) => (context: ValidationContext | null) =>
  context?.reportError(new GraphQLError(message));

export interface ParsedQuery {
  schema: GraphQLSchema;
  document: DocumentNode;
  operationName?: string | null;
  variables?: Record<string, unknown>;
}

/** Throws BAD_INPUT when the operation, with these variables, may touch more fields than the limit. */
export function assertComplexity(query: ParsedQuery): void {
  const complexity = measureComplexity(query);
  if (complexity <= QUERY_LIMITS.complexity) return;
  throw new RadliteError(
    "BAD_INPUT",
    `The query may touch ${complexity} fields, of ${QUERY_LIMITS.complexity} allowed; ask for smaller pages or fewer fields.`,
  );
}

function measureComplexity({ schema, document, operationName, variables }: ParsedQuery): number {
  try {
    return getComplexity({
      schema,
      query: document,
      operationName: operationName ?? undefined,
      variables,
      estimators: [fieldExtensionsEstimator(), simpleEstimator({ defaultComplexity: 1 })],
    });
  } catch (cause) {
    // Variables that do not fit their types, or so many fragments that counting was given up.
    if (cause instanceof GraphQLError) throw new RadliteError("BAD_INPUT", cause.message, { cause });
    throw cause;
  }
}
