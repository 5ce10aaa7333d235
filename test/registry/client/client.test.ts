/** What a client makes of servers that are none of Radlite's, and of keys that are none. */
import { createClient, graphql } from "@radlite/registry/client";
import { expect, test } from "vitest";

const URL = "https://radlite.example.org";
const MODELS = graphql("{ models { totalCount } }");
const answering = (body: BodyInit | null, init: ResponseInit = {}) =>
  createClient({ url: URL, fetch: async () => new Response(body, init) });

test.each([
  ["a page", "<!doctype html><title>Welcome</title>", {}],
  ["nothing", null, {}],
  ["other JSON", "{}", {}],
  ["null", "null", {}],
])("%s in place of an answer is said, and no bug", async (_what, body, init) => {
  const client = answering(body, init);

  await expect(client.ask(MODELS)).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: "https://radlite.example.org answered /graphql with something else: is it a server of Radlite?",
  });
});

test("an error carries the id of its request, from a route and from /graphql", async () => {
  const refused = { code: "REFUSED", message: "No.", requestId: "r-1" };
  await expect(
    answering(JSON.stringify({ error: refused }), { status: 403 }).production(),
  ).rejects.toMatchObject({ code: "REFUSED", message: "No.", details: { requestId: "r-1" } });
  const errors = [{ message: "No.", extensions: { code: "REFUSED" } }];
  await expect(
    answering(JSON.stringify({ errors, extensions: { requestId: "r-2" } })).ask(MODELS),
  ).rejects.toMatchObject({ code: "REFUSED", details: { requestId: "r-2" } });
});

test("a refusal without a reason is told by its status", async () => {
  await expect(answering("Bad Gateway", { status: 502 }).production()).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: "The server answered 502 and no reason.",
  });
});

test.each(["rl_a b", "rl_a\nrl_b", "rl_\u2013"])("the key %j goes nowhere", (key) => {
  expect(() => createClient({ url: URL, key })).toThrow(expect.objectContaining({ code: "BAD_INPUT" }));
});
