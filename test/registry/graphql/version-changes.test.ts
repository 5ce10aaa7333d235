/** What is done with versions and recipes over GraphQL: once with a key, in the actor's name, and refused with a code. */
import { createHash } from "node:crypto";
import {
  appendRunLog,
  putUpload,
  type StartTraining,
  startRun,
  uploadArtifact,
} from "@radlite/registry/commands";
import type { Registry } from "@radlite/registry/log";
import { expect, test } from "vitest";
import {
  ADA,
  addVersion,
  createArtifact,
  createChestRegistry,
  createEvaluation,
  createFacts,
  MODEL,
} from "./chest-xray.ts";
import { createClient } from "./client.ts";

const RECIPE = `name: mine
description: Seconds from files to a bundle.
architecture: { family: residual, stem: { width: 6 }, body: [{ width: 8 }] }
input: { size: 16 }
fit: { epochs: 2 }
`;
const digest = (text: string) => createHash("sha256").update(text).digest("hex");

const recordOnly =
  (registry: Registry): StartTraining =>
  ({ recipe, ...request }) =>
    startRun(registry, {
      ...request,
      model: MODEL,
      recipe: { name: "mine", digest: recipe },
      executor: "nothing",
    });

async function prepare() {
  const registry = await createChestRegistry();
  const version = await addVersion(registry, { seed: 1 });
  const ask = createClient(registry, { startTraining: recordOnly(registry) });
  const send = async (name: string, input: object, fields: string) => {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const answer = await ask(`mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`, {
      input,
    });
    return { ...answer, done: answer.data?.[name], error: answer.errors?.[0] };
  };
  return { registry, ask, send, version: version.id };
}

test("tags, notes and archives show at once, and in the audit with who and why", async () => {
  const { ask, send, version } = await prepare();
  const tags = [{ key: "site", value: "Bonn" }];

  const tagged = await send("tagVersion", { version, set: tags, remove: ["draft"] }, "tags { key value }");
  const noted = await send(
    "annotate",
    { version, note: "*Good.*", idempotencyKey: "n" },
    "notes { text by { name role } }",
  );
  const again = await send("annotate", { version, note: "*Good.*", idempotencyKey: "n" }, "notes { text }");
  const archived = await send("archiveVersion", { version, reason: "superseded" }, "archivedAt");
  const back = await send("archiveVersion", { version, archived: false, reason: "needed" }, "archivedAt");
  const { data } = await ask("{ audit(first: 4) { edges { node { kind reason subject actor { name } } } } }");

  expect(tagged.done.tags).toEqual(tags);
  expect(noted.done.notes).toEqual([{ text: "*Good.*", by: { name: "ada", role: "APPROVER" } }]);
  expect(again.done.notes).toEqual([{ text: "*Good.*" }]);
  expect([archived.done.archivedAt, back.done.archivedAt]).toEqual([expect.any(String), null]);
  const by = { subject: version, actor: { name: "ada" } };
  expect(data.audit.edges.map(({ node }: { node: object }) => node)).toMatchObject([
    { kind: "VersionArchived", reason: "needed", ...by },
    { kind: "VersionArchived", reason: "superseded", ...by },
    { kind: "RequestAnswered" },
    { kind: "VersionAnnotated", ...by },
  ]);
});

test("many versions are registered together, by one key", async () => {
  const { registry, send } = await prepare();
  const versions = await Promise.all(
    [7, 8].map(async (seed) => {
      const sha256 = await uploadArtifact(registry.store, createArtifact({ seed }));
      const { recipe, trainedOn, tags: _, ...facts } = createFacts(sha256, { seed });
      const { formatVersion: __, artifact: ___, ...evaluation } = createEvaluation(sha256, "validation", 2);
      return {
        ...{ ...facts, recipe: recipe.name, recipeDigest: recipe.digest, evaluations: [evaluation] },
        ...{ trainingImages: trainedOn.images, trainingCount: trainedOn.count },
        teachers: [digest("one"), digest("two")],
      };
    }),
  );

  const { done } = await send(
    "registerVersions",
    { versions, idempotencyKey: "k" },
    'id metrics(on: "validation") { n }',
  );
  const again = await send("registerVersions", { versions, idempotencyKey: "k" }, "id");
  const keyed = await send(
    "registerVersions",
    { versions: [{ ...versions[0], idempotencyKey: "own" }] },
    "id",
  );

  expect(done).toEqual(["chest-xray@2", "chest-xray@3"].map((id) => ({ id, metrics: { n: 200 } })));
  expect(again.done.map(({ id }: { id: string }) => id)).toEqual(["chest-xray@2", "chest-xray@3"]);
  expect(keyed.error).toMatchObject({
    message: expect.stringContaining("versions.0 has an idempotencyKey"),
    extensions: { code: "BAD_INPUT" },
  });
});

test("a recipe is validated, registered, and trained by under its digest with another seed", async () => {
  const { registry, send } = await prepare();

  const { done } = await send("registerRecipe", { text: RECIPE }, "name digest text");
  const wrong = await send("registerRecipe", { text: RECIPE.replace("epochs", "epoch") }, "digest");
  const neither = await send("registerRecipe", {}, "digest");
  const bytes = new TextEncoder().encode(RECIPE.replace("mine", "sent"));
  const file = { bytes: bytes.length, sha256: digest(RECIPE.replace("mine", "sent")), purpose: "RECIPE" };
  const { upload } = (await send("createUpload", file, "upload")).done;
  await putUpload(registry.store, { upload, bytes, actor: ADA });
  const sent = await send("registerRecipe", { upload }, "name digest");
  const run = await send(
    "startTrainingRun",
    { recipe: done.digest, dataset: "ward", seed: 11 },
    "recipe recipeDigest seed",
  );
  const badSeed = await send("startTrainingRun", { recipe: done.digest, dataset: "ward", seed: -1 }, "id");

  expect(done).toEqual({ name: "mine", digest: digest(RECIPE), text: RECIPE });
  expect(wrong.error).toMatchObject({
    message: expect.stringMatching(/recipe\.yaml:5: unknown key epoch in fit \(did you mean epochs\?\)/),
    extensions: { code: "BAD_INPUT" },
  });
  expect(neither.error?.message).toBe("registerRecipe takes one of text and upload");
  expect(sent.done).toEqual({ name: "sent", digest: file.sha256 });
  expect(run.done).toEqual({ recipe: "mine", recipeDigest: digest(RECIPE), seed: 11 });
  expect(badSeed.error?.extensions.code).toBe("BAD_INPUT");
});

test("a promotion is tried before it is done, by the model's policy or another", async () => {
  const { ask, version } = await prepare();
  const policy = { rules: [{ set: "test", figure: "AUC", min: 0.5 }] };
  const { data, errors } = await ask(
    `query ($id: ID!, $policy: PolicyInput) {
      own: checkPromotion(version: $id) { passes canBeForced current { id } rules { rule figure limit actual passes } }
      other: checkPromotion(version: $id, policy: $policy) { passes rules { rule set figure actual passes } } }`,
    { id: version, policy },
  );

  expect(errors).toBeUndefined();
  expect(data.own).toMatchObject({ passes: true, canBeForced: true, current: null });
  expect(data.own.rules).toContainEqual({
    ...{ rule: "MINIMUM", figure: "SENSITIVITY", limit: 0.9 },
    ...{ actual: expect.closeTo(0.93, 2), passes: true },
  });
  expect(data.other.passes).toBe(false);
  expect(data.other.rules).toContainEqual({
    ...{ rule: "MINIMUM", set: "test", figure: "AUC", actual: null, passes: false },
  });
});

test("the log of a run is read on from where it was read to, without places of the server", async () => {
  const { registry, ask, send } = await prepare();
  const { done } = await send("startTrainingRun", { recipe: digest(RECIPE), dataset: "ward" }, "id");
  const read = async (after?: string) =>
    (
      await ask("query ($id: ID!, $after: String) { run(id: $id) { log(after: $after) { lines cursor } } }", {
        id: done.id,
        after,
      })
    ).data.run.log;
  await appendRunLog(registry, { runId: done.id, lines: ["decoding /srv/data/chest/train"] });

  const first = await read();
  await send("recordRunProgress", { run: done.id, lines: ["epoch 1 of 2"] }, "id");
  const second = await read(first.cursor);

  expect(first.lines).toEqual(["decoding (a place on the server)"]);
  expect(second.lines).toEqual(["epoch 1 of 2"]);
  expect((await read(second.cursor)).lines).toEqual([]);
});

test("what cannot be done is refused with a code", async () => {
  const { send, version } = await prepare();
  await send("promote", { version, reason: "a test" }, "__typename");

  const codes = await Promise.all([
    send("archiveVersion", { version, reason: "a test" }, "id"),
    send("archiveVersion", { version: "chest-xray@9", reason: "a test" }, "id"),
    send("archiveVersion", { version, reason: " " }, "id"),
    send(
      "tagVersion",
      {
        version,
        set: [
          { key: "a", value: "b" },
          { key: "a", value: "c" },
        ],
      },
      "id",
    ),
    send("tagVersion", { version }, "id"),
    send("annotate", { version, note: "" }, "id"),
  ]);

  expect(codes.map(({ error }) => error?.extensions.code)).toEqual([
    ...["CONFLICT", "NOT_FOUND", "BAD_INPUT"],
    ...["BAD_INPUT", "BAD_INPUT", "BAD_INPUT"],
  ]);
});
