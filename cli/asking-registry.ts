/** Queries for the registry here and for one behind a server, so that both are asked the same and answer the same. */
import type { Operation } from "@radlite/registry/client";
import { localActor, openLocalRegistry } from "./local-registry.ts";
import { openRemote } from "./remote.ts";

/** @throws whatever answering it throws. */
export type AskRegistry = <Result, Variables extends object>(
  operation: Operation<Result, Variables>,
  variables: Variables,
) => Promise<Result>;

/** @param server its address; undefined for the registry at RADLITE_STORE, as it is now. */
export async function openAsking(server: string | undefined): Promise<AskRegistry> {
  if (server !== undefined) {
    const remote = openRemote(server);
    return (operation, variables) => remote.ask(operation as Operation<never, object>, variables);
  }
  const { answerQuery } = await import("@radlite/registry/graphql");
  const registry = await openLocalRegistry("read");
  return async (operation, variables) => {
    const query = operation as unknown as string;
    const asked = { query, variables: variables as Record<string, unknown>, actor: localActor() };
    return (await answerQuery(registry, asked)) as never;
  };
}
