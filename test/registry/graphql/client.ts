/** Asks the GraphQL server in process, the way Lambda does: an HTTP event in, an HTTP answer out. */
import {
  answerGraphqlError,
  createGraphqlHandler,
  createGraphqlServer,
  guard,
} from "@radlite/functions/serving";
import type { FindPictures, ListTrainings, StartTraining, ValidateRecipe } from "@radlite/registry/commands";
import { createContext } from "@radlite/registry/graphql";
import type { Actor, Registry } from "@radlite/registry/log";
import { parseRecipe } from "@radlite/training/recipes";
import { context, httpEvent } from "../../functions/events.ts";

export interface GraphqlError {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; reason?: string };
}

export interface GraphqlAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's, and each test asks its own
  data: any;
  errors: GraphqlError[] | undefined;
}

export interface ClientOptions {
  actor?: Actor;
  startTraining?: StartTraining;
  listTrainings?: ListTrainings;
  findPictures?: FindPictures;
  introspection?: boolean;
  /** What the server logs, line by line. */
  logged?: string[];
}

export type Ask = (
  query: string,
  variables?: Record<string, unknown>,
  operationName?: string,
) => Promise<GraphqlAnswer>;

/** As the server has it that trains. */
export const validateRecipe: ValidateRecipe = (text) => parseRecipe(text, "recipe.yaml");

const NO_TRAINING: StartTraining = () => Promise.reject(new Error("this test starts no training"));

export function createClient(registry: Registry, options: ClientOptions = {}): Ask {
  const {
    actor = { name: "ada", role: "approver" },
    startTraining = NO_TRAINING,
    listTrainings,
    findPictures,
    introspection = true,
    logged = [],
  } = options;
  const server = createGraphqlServer({ introspection, log: (line) => logged.push(line) });
  const answer = createGraphqlHandler(server, (asked) =>
    createContext({
      ...asked,
      serverUrl: "http://localhost:3000",
      registry,
      startTraining,
      validateRecipe,
      ...(listTrainings && { listTrainings }),
      ...(findPictures && { findPictures }),
    }),
  );
  const handle = guard("viewer", answer, { identify: async () => actor, toAnswer: answerGraphqlError });
  return async (query, variables, operationName) => {
    const event = httpEvent({
      path: "/graphql",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables, operationName }),
    });
    const { statusCode, body } = await handle(event, context);
    return { status: statusCode ?? 0, data: undefined, errors: undefined, ...JSON.parse(body ?? "") };
  };
}
