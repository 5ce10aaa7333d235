/** POST and GET /graphql: the registry; see schema.graphql. */
import { createContext } from "@radlite/registry/graphql";
import { chooseExecutor } from "./executors/choose.ts";
import { identifyCaller } from "./serving/auth.ts";
import { createGraphqlHandler, createGraphqlServer } from "./serving/graphql-server.ts";
import { warmRegistry } from "./serving/registry.ts";
import { guard } from "./serving/respond.ts";

const server = createGraphqlServer({ introspection: process.env.RADLITE_INTROSPECTION !== "off" });

export const handler = guard(
  createGraphqlHandler(server, async (event) => {
    const actor = identifyCaller(event);
    const registry = await warmRegistry();
    return createContext({ registry, actor, startTraining: chooseExecutor({ registry }) });
  }),
);
