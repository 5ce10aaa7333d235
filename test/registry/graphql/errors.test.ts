import {
  answerGraphqlError,
  createGraphqlHandler,
  createGraphqlServer,
  guard,
} from "@radlite/functions/serving";
import { RadliteError } from "@radlite/model/errors";
import { createContext } from "@radlite/registry/graphql";
import { expect, test } from "vitest";
import { context, httpEvent } from "../../functions/events.ts";
import { ADA, createChestRegistry } from "./chest-xray.ts";
import { createClient, validateRecipe } from "./client.ts";

const START = `mutation { startTrainingRun(input: { recipe: "tiny", dataset: "ward" }) { id } }`;

test("a bug is masked in the answer and whole in the log", async () => {
  const logged: string[] = [];
  const ask = createClient(await createChestRegistry(), {
    logged,
    startTraining: () => Promise.reject(new TypeError("password of the store is hunter2")),
  });

  const { data, errors } = await ask(START);

  expect(data).toBeNull();
  expect(errors?.[0]).toMatchObject({
    path: ["startTrainingRun"],
    extensions: { code: "INTERNAL_SERVER_ERROR" },
  });
  expect(JSON.stringify(errors)).not.toMatch(/hunter2|TypeError|\.ts/);
  expect(logged).toHaveLength(1);
  expect(logged[0]).toContain("hunter2");
});

test("an error of ours keeps its words, and is not logged as a bug", async () => {
  const logged: string[] = [];
  const ask = createClient(await createChestRegistry(), {
    logged,
    startTraining: () => Promise.reject(new RadliteError("UNAVAILABLE", "The data set ward is not mounted.")),
  });

  const { errors } = await ask(START);

  expect(errors?.[0]).toMatchObject({
    message: "The data set ward is not mounted.",
    extensions: { code: "UNAVAILABLE" },
  });
  expect(logged).toEqual([]);
});

test("the cause of what the caller cannot mend is in the log alone", async () => {
  const logged: string[] = [];
  const cause = new Error("connect ECONNREFUSED 192.0.2.7:9000");
  const ask = createClient(await createChestRegistry(), {
    logged,
    startTraining: () => Promise.reject(new RadliteError("UNAVAILABLE", "The store is away.", { cause })),
  });

  const { errors } = await ask(START);

  expect(errors?.[0]?.extensions).toEqual({ code: "UNAVAILABLE" });
  expect(JSON.stringify(errors)).not.toContain("192.0.2.7");
  expect(logged).toEqual([expect.stringContaining("192.0.2.7")]);
});

async function post(options: { body?: string; type?: string; contextOf?: () => Promise<never> }) {
  const registry = await createChestRegistry();
  const startTraining = () => Promise.reject(new Error("no training here"));
  const server = createGraphqlServer({ introspection: true, log: () => {} });
  const answer = createGraphqlHandler(
    server,
    options.contextOf ?? ((asked) => createContext({ ...asked, registry, startTraining, validateRecipe })),
  );
  const handle = guard("viewer", answer, { identify: async () => ADA, toAnswer: answerGraphqlError });
  const { body = JSON.stringify({ query: "{ __typename }" }), type = "application/json" } = options;
  const { statusCode, body: text } = await handle(
    httpEvent({ path: "/graphql", headers: { "content-type": type }, body }),
    context,
  );
  return { statusCode, answer: JSON.parse(text ?? "") };
}

test("a caller who is refused gets the status and the sentence", async () => {
  const { statusCode, answer } = await post({
    contextOf: () => Promise.reject(new RadliteError("REFUSED", "Only on this machine.")),
  });

  expect(statusCode).toBe(403);
  expect(answer).toEqual({
    errors: [{ message: "Only on this machine.", extensions: { code: "REFUSED" } }],
    extensions: { requestId: context.awsRequestId },
  });
});

test.each([
  ["no query", {}],
  ["a query that is no text", { query: 7 }],
  ["variables that are no object", { query: "{ __typename }", variables: "{}" }],
  ["a query by its digest", { extensions: { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } } }],
  [
    "a query and the digest of another",
    { query: "{ __typename }", extensions: { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } } },
  ],
  [
    "a digest of a kind that nobody knows",
    { query: "{ __typename }", extensions: { persistedQuery: { version: 2, sha256Hash: "x" } } },
  ],
])("%s is the caller's fault, and the answer names its request", async (_what, sent) => {
  const { answer } = await post({ body: JSON.stringify(sent) });

  expect(answer.errors[0].extensions).toEqual({ code: "BAD_INPUT" });
  expect(answer.extensions).toEqual({ requestId: context.awsRequestId });
});

test("a store that cannot be reached is 503, and a bug on the way there is masked", async () => {
  const away = await post({
    contextOf: () => Promise.reject(new RadliteError("UNAVAILABLE", "The store is away.")),
  });
  const bug = await post({ contextOf: () => Promise.reject(new Error("secret")) });

  expect(away.statusCode).toBe(503);
  expect(away.answer.errors[0].extensions.code).toBe("UNAVAILABLE");
  expect(bug.statusCode).toBe(500);
  expect(JSON.stringify(bug.answer)).not.toContain("secret");
});

test("a body that is too large, no JSON, or of a type that a browser sends unasked is refused", async () => {
  const large = await post({
    body: JSON.stringify({ query: "{ __typename }", variables: { x: "x".repeat(1_100_000) } }),
  });
  const broken = await post({ body: `{ "query": ` });
  const form = await post({ type: "text/plain" });

  expect(large.statusCode).toBe(413);
  expect(large.answer.errors[0].extensions).toEqual({ code: "BAD_INPUT", reason: "TOO_LARGE" });
  expect(broken.statusCode).toBe(400);
  expect(broken.answer.errors[0].extensions).toEqual({ code: "BAD_INPUT", reason: "NOT_JSON" });
  expect(form.statusCode).toBe(415);
  expect(form.answer.errors[0].extensions).toEqual({ code: "BAD_INPUT", reason: "UNSUPPORTED_TYPE" });
});
