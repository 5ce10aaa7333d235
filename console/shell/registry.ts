/** The registry behind these pages, asked in its reader's name. What it refuses is thrown as the RadliteError it was. */
import { createClient, type Operation } from "@radlite/registry/client";
import { fetchWithCredential } from "../identity/index.ts";

export { graphql, type Operation, type ResultOf, type VariablesOf } from "@radlite/registry/client";

export function askRegistry<Result, Variables>(
  operation: Operation<Result, Variables>,
  ...variables: Record<string, never> extends Variables ? [Variables?] : [Variables]
): Promise<Result> {
  return createHere().ask(operation, ...variables);
}

/** A version's sealed file, held to its digest. */
export const readArtifact = (sha256: string): Promise<Uint8Array> => createHere().artifact(sha256);

const createHere = () => createClient({ url: location.origin, fetch: fetchWithCredential as typeof fetch });
