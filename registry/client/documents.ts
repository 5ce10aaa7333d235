/**
 * Operations of the registry with the types of schema.graphql: `graphql("query …")` is the text that it was given, and
 * knows what it answers and which variables it takes. A field that the schema does not have is `unknown` in the answer.
 * Types alone, which gql.tada reads off the text: nothing of it is there when a program runs.
 */
import type { DocumentDecoration, initGraphQLTada } from "gql.tada";
import type { introspection } from "./generated/introspection.d.ts";

type Typed = ReturnType<
  typeof initGraphQLTada<{
    introspection: introspection;
    disableMasking: true;
    scalars: { DateTime: string; JSONObject: Record<string, unknown> };
  }>
>;

export const graphql = ((text: string) => text) as unknown as Typed;

/** As `graphql` makes it. */
export type Operation<Result, Variables> = DocumentDecoration<Result, Variables>;
export type { ResultOf, VariablesOf } from "gql.tada";
