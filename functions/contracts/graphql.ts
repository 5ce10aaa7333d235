/** POST and GET /graphql, and how GraphQL says errors. */
import { ERROR_CODES } from "@radlite/model/errors";
import { z } from "zod";
import { type Contract, TEXT } from "./contract.ts";

const GRAPHQL_ERROR = z.object({
  message: z.string(),
  locations: z.array(z.object({ line: z.int(), column: z.int() })).optional(),
  path: z.array(z.union([z.string(), z.int()])).optional(),
  extensions: z.looseObject({
    code: z.enum([...ERROR_CODES, "INTERNAL_SERVER_ERROR"]),
    reason: z.string().optional(),
  }),
});

/** Under which request the log knows what went wrong. */
const EXTENSIONS = z.looseObject({ requestId: z.string() }).optional();

export const GRAPHQL_ERRORS = z.object({ errors: z.array(GRAPHQL_ERROR).min(1), extensions: EXTENSIONS });

const GRAPHQL_ANSWER = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(GRAPHQL_ERROR).optional(),
  extensions: EXTENSIONS,
});

const OPERATION = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});

const ANSWERED = {
  description: "What was asked for, or the errors of its fields.",
  content: { "application/json": GRAPHQL_ANSWER, "application/graphql-response+json": GRAPHQL_ANSWER },
} as const;

const REFUSALS = {
  400: ["NOT_JSON", "WRONG_FIELDS", "WRONG_LENGTH", "WRONG_DIGEST", "NOT_A_DIGEST", "NOT_TEXT"],
  403: ["NOT_YOURS"],
  404: ["UNKNOWN_UPLOAD", "NOT_UPLOADED", "UNKNOWN_ARTIFACT"],
  405: [],
  406: [],
  409: [],
  413: ["TOO_LARGE"],
  415: ["UNSUPPORTED_TYPE"],
  422: [],
} as const;

export const GRAPHQL = {
  route: "POST /graphql",
  role: "viewer",
  summary: "The registry; schema.graphql is its schema",
  description: "What a mutation takes besides reading, docs/security.md lists.",
  body: {
    description: "One operation.",
    content: { "application/json": OPERATION, "application/graphql+json": OPERATION },
  },
  answers: { 200: ANSWERED },
  refusals: REFUSALS,
  errors: "graphql",
} as const satisfies Contract;

const text = (description: string) => ({ schema: z.string(), description });

export const GRAPHQL_QUERY = {
  route: "GET /graphql",
  role: "viewer",
  summary: "A query of the registry; to a browser, a page to write them on",
  description: "With the header `apollo-require-preflight`, so that no link of another site asks it.",
  query: {
    query: text("One operation that is no mutation."),
    variables: text("A JSON object."),
    operationName: text("Of several operations, the one that is meant."),
    extensions: text("A JSON object."),
  },
  answers: {
    200: { ...ANSWERED, content: { ...ANSWERED.content, "text/html": TEXT } },
  },
  refusals: REFUSALS,
  errors: "graphql",
} as const satisfies Contract;
