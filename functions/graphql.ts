/**
 * POST and GET /graphql: the registry; see schema.graphql. What a mutation takes besides reading, it checks. To a browser
 * that asks nothing GET /graphql is a page to ask on.
 */
import { createContext } from "@radlite/registry/graphql";
import { chooseExecutor } from "./executors/choose.ts";
import { listTrainings, validateRecipe } from "./executors/recipes.ts";
import { createGraphqlHandler, createGraphqlServer } from "./serving/graphql-server.ts";
import { guard } from "./serving/guard.ts";
import { tellsSchema } from "./serving/identity/settings.ts";
import { answerPage, orPage, wantsPage } from "./serving/pages.ts";
import { finishWriting, warmRegistry } from "./serving/registry.ts";
import { answerGraphqlError } from "./serving/respond.ts";

const FOLDER = new URL("../console/graphiql/", import.meta.url);

const server = createGraphqlServer({ introspection: tellsSchema(process.env) });

const answer = createGraphqlHandler(server, async (asked) => {
  const registry = await warmRegistry();
  const startTraining = chooseExecutor({ registry });
  return createContext({ registry, ...asked, validateRecipe, listTrainings, startTraining });
});

export const handler = guard(
  "viewer",
  async (request) => {
    if (wantsPage(request.event)) return answerPage(FOLDER);
    const given = await answer(request);
    await finishWriting();
    return given;
  },
  {
    query: ["query", "variables", "operationName", "extensions"],
    toAnswer: orPage(FOLDER, answerGraphqlError),
  },
);
