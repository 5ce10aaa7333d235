/** The function behind /graphql, whole: settings, caller, registry, answer. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { context, httpEvent, type RequestOptions } from "./events.ts";

beforeEach(() => {
  vi.stubEnv("RADLITE_STORE", "memory:");
  vi.stubEnv("RADLITE_INTROSPECTION", "off");
  vi.stubEnv("IS_OFFLINE", "true");
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

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

test("the id of a request stands in its answer, in its line of the log and in the events that it brought about", async () => {
  const lines: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  const { handler } = await import("../../functions/graphql.ts");
  const ask = async (query: string, awsRequestId: string) => {
    const headers = { "content-type": "application/json" };
    const event = httpEvent({ path: "/graphql", headers, body: JSON.stringify({ query }) });
    const answer = await handler(event, { ...context, awsRequestId });
    return { id: answer.headers?.["x-request-id"], ...JSON.parse(answer.body ?? "") };
  };
  const create = (name: string) =>
    `mutation { createModel(input: { name: "${name}", description: "" }) { id } }`;

  const created = await ask(create("feet"), "request-7");
  await ask(create("elbows"), "request-8");
  const refused = await ask(create("feet"), "request-9");
  const audit = (id: string) =>
    ask(`{ audit(requestId: "${id}") { edges { node { requestId kind model details } } } }`, "request-10");

  expect(created.id).toBe("request-7");
  expect(lines.find((line) => line.includes("request-7"))).toContain('"operations":["createModel"]');
  const { edges } = (await audit("request-7")).data.audit;
  expect(edges.map(({ node }: { node: { kind: string } }) => node)).toEqual([
    { requestId: "request-7", kind: "PolicySet", model: "feet", details: expect.anything() },
    { requestId: "request-7", kind: "ModelCreated", model: "feet", details: expect.anything() },
  ]);
  expect(JSON.stringify(edges.map(({ node }: { node: { details: object } }) => node.details))).not.toContain(
    "request-7",
  );
  expect(refused.extensions.requestId).toBe("request-9"); // and nothing came of it
  expect((await audit("request-9")).data.audit.edges).toEqual([]);
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
