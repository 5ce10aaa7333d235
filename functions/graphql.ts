/** POST and GET /graphql: the registry; see schema.graphql. What a mutation takes besides reading, it checks. */
import { createContext } from "@radlite/registry/graphql";
import { chooseExecutor } from "./executors/choose.ts";
import { createGraphqlHandler, createGraphqlServer } from "./serving/graphql-server.ts";
import { guard } from "./serving/guard.ts";
import { warmRegistry } from "./serving/registry.ts";
import { answerGraphqlError } from "./serving/respond.ts";

const server = createGraphqlServer({ introspection: process.env.RADLITE_INTROSPECTION !== "off" });

const answer = createGraphqlHandler(server, async (actor, serverUrl) => {
  const registry = await warmRegistry();
  return createContext({ registry, actor, startTraining: chooseExecutor({ registry }), serverUrl });
});

export const handler = guard("viewer", answer, {
  query: ["query", "variables", "operationName", "extensions"],
  toAnswer: answerGraphqlError,
});
