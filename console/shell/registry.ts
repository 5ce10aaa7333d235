/** The registry behind these pages, asked in its reader's name. What it refuses is thrown as the RadliteError it was. */
import { createClient, type Operation } from "@radlite/registry/client";
import { readCredential } from "../identity/credential.ts";

export { graphql, type Operation, type ResultOf, type VariablesOf } from "@radlite/registry/client";

export function askRegistry<Result, Variables>(
  operation: Operation<Result, Variables>,
  ...variables: Record<string, never> extends Variables ? [Variables?] : [Variables]
): Promise<Result> {
  const key = readCredential() ?? undefined;
  return createClient({ url: location.origin, key }).ask(operation, ...variables);
}
