import { RadliteError } from "@radlite/model/errors";
import { finishRun, heartbeat, recordEpoch, type StartTraining, startRun } from "@radlite/registry/commands";
import type { Registry } from "@radlite/registry/log";
import { expect, test } from "vitest";
import { ADA, addVersion, createChestRegistry, MODEL, sha256 } from "./chest-xray.ts";
import { createClient } from "./client.ts";

const RUN = `id recipe recipeDigest dataset executor status startedBy finishedAt message model { id } version { id }
  progress { cancelRequested epochs { epoch epochs figures { name value } } }`;

const START = `mutation ($input: StartTrainingRunInput!) { startTrainingRun(input: $input) { ${RUN} } }`;

/** Records the run as an executor does, and trains nothing. */
const recordOnly =
  (registry: Registry): StartTraining =>
  ({ recipe, ...request }) =>
    startRun(registry, {
      ...request,
      model: MODEL,
      recipe: { name: recipe, digest: sha256(recipe) },
      executor: "nothing",
    });

async function prepare() {
  const registry = await createChestRegistry();
  const ask = createClient(registry, { startTraining: recordOnly(registry) });
  const start = async (input: object = {}) =>
    (await ask(START, { input: { recipe: "tiny", dataset: "ward", ...input } })).data.startTrainingRun;
  return { registry, ask, start };
}

test("a training starts, is followed epoch by epoch, and ends with a version", async () => {
  const { registry, ask, start } = await prepare();
  const started = await start();
  await heartbeat(registry, { runId: started.id });
  await recordEpoch(registry, {
    runId: started.id,
    epoch: 1,
    epochs: 2,
    figures: { trainingLoss: 0.25, durationMs: 1200 },
  });

  const running = (await ask(`query ($id: ID!) { run(id: $id) { ${RUN} } }`, { id: started.id })).data.run;
  const version = await addVersion(registry, { seed: 1, runId: started.id });
  await finishRun(registry, { runId: started.id, outcome: "SUCCEEDED", version: version.id, actor: ADA });
  const ended = await ask(
    `query ($id: ID!) { run(id: $id) { ${RUN} } version(id: "chest-xray@1") { run { id status } } }`,
    {
      id: started.id,
    },
  );

  expect(started).toMatchObject({
    recipe: "tiny",
    recipeDigest: sha256("tiny"),
    dataset: "ward",
    executor: "nothing",
    startedBy: "ada",
    model: { id: MODEL },
    version: null,
  });
  expect(running).toMatchObject({
    status: "RUNNING",
    finishedAt: null,
    progress: {
      cancelRequested: false,
      epochs: [
        {
          epoch: 1,
          epochs: 2,
          figures: expect.arrayContaining([
            { name: "trainingLoss", value: 0.25 },
            { name: "durationMs", value: 1200 },
          ]),
        },
      ],
    },
  });
  expect(ended.data.run).toMatchObject({ status: "SUCCEEDED", version: { id: "chest-xray@1" } });
  expect(ended.data.version.run).toEqual({ id: started.id, status: "SUCCEEDED" });
});

test("a training started twice with one idempotency key is one run", async () => {
  const { ask, start } = await prepare();

  const first = await start({ idempotencyKey: "night" });
  const second = await start({ idempotencyKey: "night" });

  expect(second.id).toBe(first.id);
  expect((await ask("{ runs { totalCount } }")).data.runs.totalCount).toBe(1);
});

test("what the executor refuses reaches the caller with its code", async () => {
  const registry = await createChestRegistry();
  const ask = createClient(registry, {
    startTraining: async ({ recipe }) => {
      throw new RadliteError("BAD_INPUT", `There is no recipe named "${recipe}". Known: tiny.`, {
        reason: "UNKNOWN_NAME",
      });
    },
  });

  const { data, errors } = await ask(START, { input: { recipe: "huge", dataset: "ward" } });

  expect(data).toBeNull();
  expect(errors).toMatchObject([
    {
      message: 'There is no recipe named "huge". Known: tiny.',
      path: ["startTrainingRun"],
      extensions: { code: "BAD_INPUT", reason: "UNKNOWN_NAME" },
    },
  ]);
});

test("a run that is asked to stop says so until it has stopped", async () => {
  const { registry, ask, start } = await prepare();
  const { id } = await start();
  await heartbeat(registry, { runId: id });

  const asked = await ask(
    `mutation ($input: CancelRunInput!) { cancelRun(input: $input) { status progress { cancelRequested } } }`,
    {
      input: { run: id, reason: "wrong data set" },
    },
  );
  const { cancelRequested } = await heartbeat(registry, { runId: id });
  await finishRun(registry, { runId: id, outcome: "CANCELLED", actor: ADA });

  expect(asked.data.cancelRun).toEqual({ status: "RUNNING", progress: { cancelRequested: true } });
  expect(cancelRequested).toBe(true);
  expect((await ask(`query ($id: ID!) { run(id: $id) { status } }`, { id })).data.run.status).toBe(
    "CANCELLED",
  );
});

test("a run that is not there cannot be stopped", async () => {
  const { ask } = await prepare();

  const { errors } = await ask(`mutation { cancelRun(input: { run: "nothing" }) { id } }`);

  expect(errors?.[0]?.extensions.code).toBe("NOT_FOUND");
});

test("runs are listed newest first, and by model", async () => {
  const { ask, start } = await prepare();
  const ids = [(await start()).id, (await start()).id, (await start()).id];

  const { data } = await ask(
    `{ all: runs(first: 2) { totalCount edges { node { id } } } other: runs(model: "hands") { totalCount } }`,
  );

  expect(data.all.totalCount).toBe(3);
  expect(data.all.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual([ids[2], ids[1]]);
  expect(data.other.totalCount).toBe(0);
});
