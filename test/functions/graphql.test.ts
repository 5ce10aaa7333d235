/** The function behind /graphql, whole: settings, caller, registry, answer. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { context, httpEvent, type RequestOptions } from "./events.ts";

beforeEach(() => {
  vi.stubEnv("RADLITE_STORE", "memory:");
  vi.stubEnv("RADLITE_INTROSPECTION", "off");
  vi.stubEnv("IS_OFFLINE", "true");
});

afterEach(() => vi.unstubAllEnvs());

async function post(query: string, options: RequestOptions = {}) {
  const { handler } = await import("../../functions/graphql.ts");
  const headers = { "content-type": "application/json", ...options.headers };
  const event = httpEvent({ path: "/graphql", ...options, headers, body: JSON.stringify({ query }) });
  const { statusCode, body } = await handler(event, context);
  return { statusCode, ...JSON.parse(body ?? "") };
}

const CREATE = `mutation { createModel(input: { name: "hands", description: "Bone age" }) { id createdBy } }`;

test("on this machine a caller may ask and change", async () => {
  const created = await post(CREATE);
  const listed = await post("{ models { edges { node { id } } } }");

  expect(created).toEqual({ statusCode: 200, data: { createModel: { id: "hands", createdBy: "local" } } });
  expect(listed.data.models.edges).toEqual([{ node: { id: "hands" } }]);
});

test("on Lambda a mutation without credentials is refused with a message that says what can be done", async () => {
  vi.stubEnv("IS_OFFLINE", undefined);
  vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "radlite-graphql");

  const { statusCode, data, errors } = await post(CREATE);

  expect(statusCode).toBe(401);
  expect(data).toBeUndefined();
  expect(errors).toEqual([
    {
      message: expect.stringContaining("send an API key or a token"),
      extensions: { code: "UNAUTHENTICATED" },
    },
  ]);
});

test("from another machine, or another site's page, everything is refused", async () => {
  const ask = async (options: RequestOptions) => {
    const { statusCode, errors } = await post("{ models { totalCount } }", options);
    return [statusCode, errors[0].extensions.code];
  };

  expect(await ask({ sourceIp: "192.0.2.7" })).toEqual([401, "UNAUTHENTICATED"]);
  expect(await ask({ headers: { host: "evil.example" } })).toEqual([403, "REFUSED"]);
});

test("the schema is kept to oneself when the setting says so", async () => {
  const { statusCode, errors } = await post("{ __schema { queryType { name } } }");

  expect(statusCode).toBe(400);
  expect(errors[0].extensions.code).toBe("BAD_INPUT");
});

test("a training of an unknown recipe is BAD_INPUT that lists the known ones", async () => {
  const { errors } = await post(
    `mutation { startTrainingRun(input: { recipe: "huge", dataset: "ward" }) { id } }`,
  );

  expect(errors[0].extensions).toEqual({ code: "BAD_INPUT", reason: "UNKNOWN_NAME" });
  expect(errors[0].message).toMatch(/Known: .+/);
});
