/** The registry as a GraphQL API: its schema, the context its resolvers need, its limits and its errors. */
export { answerQuery, parseQuery, type QueryInput } from "./answer-query.ts";
export { type ContextOptions, createContext, type RequestContext } from "./context.ts";
export { toPublicError, withHttpStatus } from "./errors.ts";
export {
  assertComplexity,
  assertNesting,
  buildValidationRules,
  type ParsedQuery,
  QUERY_LIMITS,
  type ValidationSettings,
} from "./limits.ts";
export { listOperations, requireOperationRole } from "./roles.ts";
export { buildSchema, describeSchema } from "./schema.ts";
