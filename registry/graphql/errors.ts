/**
 * What a GraphQL caller sees of an error. Ours keep their message and carry `extensions.code` (a code of
 * model/errors) and, where there is one, `extensions.reason`; what GraphQL itself finds wrong with a request is
 * BAD_INPUT; everything else is a bug: the original goes to the log, the caller gets a sentence and no detail.
 * The log also gets the cause of what is not the caller's fault, such as a store that is away, and the places of files
 * that a message names.
 */
import { hidePlaces, isForLog, RadliteError, shortenMessage } from "@radlite/model/errors";
import { GraphQLError, type GraphQLFormattedError } from "graphql";

/** Not a code of model/errors on purpose: nothing the caller does mends it. */
const MASKED_CODE = "INTERNAL_SERVER_ERROR";
const MASKED_MESSAGE = "Something went wrong on the server; its log has the cause.";

/** The codes of the server library for requests that are not a valid GraphQL request. */
const REQUEST_CODES: readonly unknown[] = [
  "BAD_REQUEST",
  "BAD_USER_INPUT",
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "OPERATION_RESOLUTION_FAILURE",
  "PERSISTED_QUERY_NOT_FOUND",
  "PERSISTED_QUERY_NOT_SUPPORTED",
];

/** `formatted` is what would be answered as it stands, `thrown` what was thrown; `log` gets what the caller does not. */
export function toPublicError(
  formatted: GraphQLFormattedError,
  thrown: unknown,
  log: (cause: unknown) => void,
): GraphQLFormattedError {
  const { locations, path } = formatted;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  const cause = unwrap(thrown);
  if (cause instanceof RadliteError) {
    if (isForLog(cause)) log(cause);
    const message = hidePlaces(shortenMessage(cause.message));
    return { message, ...place, extensions: describe(cause) };
  }
  if (REQUEST_CODES.includes(formatted.extensions?.code)) {
    return { message: shortenMessage(formatted.message), ...place, extensions: { code: "BAD_INPUT" } };
  }
  log(cause);
  return { message: MASKED_MESSAGE, ...place, extensions: { code: MASKED_CODE } };
}

/** For an error outside of a resolver, where the HTTP status is still open: it becomes the status of the code. */
export function withHttpStatus(error: unknown): unknown {
  if (!(error instanceof RadliteError)) return error;
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { ...describe(error), http: { status: error.status } },
  });
}

const describe = ({ code, reason }: RadliteError) => (reason === undefined ? { code } : { code, reason });

function unwrap(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? unwrap(error.originalError) : error;
}
