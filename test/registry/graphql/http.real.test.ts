/** The registry over HTTP: real requests, at once, against the server that the function runs. */

import { startStandaloneServer } from "@apollo/server/standalone";
import { createGraphqlServer } from "@radlite/functions/serving";
import { encodeGate } from "@radlite/model/verdict/gate";
import { uploadArtifact } from "@radlite/registry/commands";
import { createContext } from "@radlite/registry/graphql";
import { openRegistry, type Registry, readPointer } from "@radlite/registry/log";
import { memoryStore, type ObjectStore, openStore } from "@radlite/registry/store";
import supertest from "supertest";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { drawGate } from "../../model/verdict/gate/gates.ts";
import { BUCKET, type S3Server, startS3Server } from "../s3-server.ts";
import { ADA, addVersion, createChestRegistry } from "./chest-xray.ts";
import { validateRecipe } from "./client.ts";

const PROMOTE = `mutation ($input: PromoteInput!) { promote(input: $input) {
  __typename
  ... on Promoted { promotion { ordinal version { id } } }
  ... on Conflict { current { id } }
} }`;

let s3: S3Server;
let stores = 0;

beforeAll(async () => {
  s3 = await startS3Server();
  Object.assign(process.env, s3.environment);
});

afterAll(() => s3.stop());

const running: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

async function serve(registry: Registry): Promise<(query: string, variables?: object) => supertest.Test> {
  const server = createGraphqlServer({ introspection: true, log: () => {} });
  running.push(server);
  const startTraining = () => Promise.reject(new Error("no training here"));
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: "127.0.0.1" },
    context: () =>
      createContext({
        serverUrl: "http://localhost:3000",
        registry,
        actor: ADA,
        startTraining,
        validateRecipe,
      }),
  });
  return (query, variables) => supertest(url).post("/").send({ query, variables });
}

function describePromotions(name: string, openFresh: () => Promise<ObjectStore>): void {
  describe(`promotions over ${name}`, () => {
    test("one of twenty promotions at once that expect the same version moves the alias", async () => {
      const registry = await createChestRegistry(await openFresh());
      for (let seed = 1; seed <= 20; seed++) await addVersion(registry, { seed });
      const post = await serve(registry);

      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          post(PROMOTE, {
            input: { version: `chest-xray@${i + 1}`, expectedCurrent: null, reason: `try ${i + 1}` },
          }),
        ),
      );

      const outcomes = answers.map(({ body }) => body.data.promote);
      const promoted = outcomes.filter(({ __typename }) => __typename === "Promoted");
      expect(promoted).toHaveLength(1);
      expect(promoted[0].promotion.ordinal).toBe(1);
      const winner = promoted[0].promotion.version;
      expect(outcomes.filter((outcome) => outcome.__typename === "Conflict")).toEqual(
        Array.from({ length: 19 }, () => ({ __typename: "Conflict", current: winner })),
      );
      const { body } = await post(
        `{ production(model: "chest-xray") { id } history(model: "chest-xray") { edges { node { ordinal } } } }`,
      );
      expect(body.data).toEqual({ production: winner, history: { edges: [{ node: { ordinal: 1 } }] } });
    });

    test("the history has no gap when two servers promote through one store", async () => {
      const store = await openFresh();
      const registry = await createChestRegistry(store);
      for (let seed = 1; seed <= 10; seed++) await addVersion(registry, { seed });
      const posts = [await serve(registry), await serve(await openRegistry({ store }))];

      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          posts[i % 2]!(PROMOTE, { input: { version: `chest-xray@${i + 1}`, reason: "go" } }),
        ),
      );

      expect(answers.map(({ body }) => body.data.promote.__typename)).toEqual(Array(10).fill("Promoted"));
      const { body } = await posts[0]!(
        `{ history(model: "chest-xray") { edges { node { ordinal previous { id } version { id } } } } }`,
      );
      const moves = body.data.history.edges.map(({ node }: { node: object }) => node).reverse();
      expect(moves.map(({ ordinal }: { ordinal: number }) => ordinal)).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
      ]);
      for (const [i, move] of moves.entries())
        expect(move.previous).toEqual(i === 0 ? null : moves[i - 1].version);
    });
  });
}

const SET_GATE = `mutation ($input: SetGateInput!) { setGate(input: $input) {
  name gate { sha256 sizeBytes population reason since by { name role } } gates { sha256 }
} }`;

function describeGates(name: string, openFresh: () => Promise<ObjectStore>): void {
  test(`a gate set over ${name} is the model's, in the audit and in the pointer, and set once`, async () => {
    const store = await openFresh();
    const registry = await createChestRegistry(store);
    await addVersion(registry, { seed: 1 });
    const post = await serve(registry);
    await post(PROMOTE, { input: { version: "chest-xray@1", reason: "go" } });
    const file = encodeGate(drawGate(1));
    const artifact = await uploadArtifact(store, file);
    const input = { model: "chest-xray", artifact, reason: "fitted to ours", idempotencyKey: "gate-1" };

    const first = await post(SET_GATE, { input });
    const again = await post(SET_GATE, { input });
    const { body } = await post(
      `{ model(name: "chest-xray") { gate { sha256 } }
         audit(kinds: ["GateSet"]) { edges { node { subject summary reason actor { name } } } } }`,
    );

    const gate = {
      ...{ sha256: artifact, sizeBytes: file.length, population: "children of one to five years" },
      ...{
        reason: "fitted to ours",
        since: expect.stringMatching(/Z$/),
        by: { name: "ada", role: "APPROVER" },
      },
    };
    const answer = { setGate: { name: "chest-xray", gate, gates: [{ sha256: artifact }] } };
    expect([first.body, again.body]).toEqual([{ data: answer }, { data: answer }]);
    expect(body.data).toEqual({
      model: { gate: { sha256: artifact } },
      audit: {
        edges: [
          {
            node: {
              subject: "chest-xray",
              summary: `gate of chest-xray set: children of one to five years, ${file.length} bytes`,
              ...{ reason: "fitted to ours", actor: { name: "ada" } },
            },
          },
        ],
      },
    });
    expect(await readPointer(store, "chest-xray", "production")).toMatchObject({
      pointer: { version: "chest-xray@1", gate: { artifact, sizeBytes: file.length } },
    });
  });
}

describePromotions("memory", async () => memoryStore());
describeGates("memory", async () => memoryStore());
describeGates("S3", () => openStore(`s3://${BUCKET}/gates`));
describePromotions("S3", () => openStore(`s3://${BUCKET}/graphql-${++stores}`));

test("a query 50 levels deep is 400 with a code, and the server stays up", async () => {
  const post = await serve(await createChestRegistry());

  const deep = await post(`{ version(id: "x") ${"{ parent ".repeat(48)} { id } ${"}".repeat(48)} }`);
  const next = await post("{ models { totalCount } }");

  expect(deep.status).toBe(400);
  expect(deep.body.errors[0].extensions.code).toBe("BAD_INPUT");
  expect(next.status).toBe(200);
  expect(next.body.data.models.totalCount).toBe(1);
});

test("a query may come by GET, a mutation may not", async () => {
  const registry = await createChestRegistry();
  const post = await serve(registry);
  const { url } = post("{ __typename }");
  const get = (query: string) => supertest(url).get("").query({ query }).set("apollo-require-preflight", "1");

  const query = await get("{ models { totalCount } }");
  const mutation = await get(`mutation { createModel(input: { name: "hands" }) { id } }`);

  expect(query.body.data.models.totalCount).toBe(1);
  expect(mutation.status).toBe(405);
  expect((await registry.refresh()).models.has("hands")).toBe(false);
});
