import { readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { promoteTiny } from "../fixtures/tiny-version.ts";
import {
  openTemporaryFolder,
  patients,
  type TemporaryFolder,
  writeClasses,
} from "../training/data/folders.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";

const ROOT = join(import.meta.dirname, "../..");
const RADIOGRAPH = readFileSync(join(ROOT, "test/fixtures/radiographs/person1_bacteria_1.jpeg"));
const IMAGES_A_CLASS = 60;

let folder: TemporaryFolder;
let server: LocalServer;
const runIds = new Set<string>();

beforeAll(async () => {
  folder = await openTemporaryFolder();
  await writeClasses(folder, "data", patients(IMAGES_A_CLASS));
  server = await startLocalServer((registry) => promoteTiny(registry, 1), {
    RADLITE_DATASETS: `drawn=${join(folder.path, "data")},gone=${join(folder.path, "gone")}`,
    RADLITE_TRAINING_SLOTS: "1",
  });
});
afterEach(async () => {
  for (const id of runIds) await rm(join(ROOT, ".radlite/trainings", id), { recursive: true, force: true });
});
afterAll(async () => {
  await server?.stop();
  await folder?.remove();
});

const ask = (body: unknown) => server.post("/training-runs", JSON.stringify(body), "application/json");

async function start(body: object): Promise<string> {
  const { status, body: answer } = await ask(body);
  expect({ status, answer }).toEqual({ status: 202, answer: { runId: expect.any(String) } });
  runIds.add(answer.runId);
  return answer.runId;
}

const RUN = `query ($id: ID!) {
  run(id: $id) { status message parameters progress { cancelRequested epochs { epoch epochs figures { name value } } } version { id sizeBytes } }
}`;

/** Asks for a run, as a page would, until it fits. */
async function follow(id: string, fits: (run: Awaited<ReturnType<typeof read>>) => boolean) {
  for (const untilMs = Date.now() + 90_000; ; await delay(250)) {
    const run = await read(id);
    if (fits(run)) return run;
    if (Date.now() > untilMs) throw new Error(`run ${id} stayed ${JSON.stringify(run)}`);
  }
}
async function read(id: string) {
  const { body } = await server.graphql(RUN, { id });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data.run;
}

test("a training over HTTP shows its progress, registers its version, and that can be promoted", async () => {
  const request = { recipe: "smoke", dataset: "drawn", idempotencyKey: "once" };

  const [id, again] = [await start(request), await start(request)];
  const midway = await follow(id, ({ progress }) => progress.epochs.length > 0);
  const done = await follow(id, ({ status }) => status !== "RUNNING");

  expect(again).toBe(id);
  expect(midway.progress.epochs[0]).toMatchObject({ epoch: 1, epochs: 2 });
  expect(midway.parameters).toMatchObject({ name: "smoke" });
  expect(midway.progress.epochs[0].figures.map(({ name }: { name: string }) => name)).toContain(
    "validationAuc",
  );
  expect(done).toMatchObject({
    status: "SUCCEEDED",
    version: { id: expect.stringMatching(/^chest-xray@\d+$/) },
  });
  expect((await server.registry.refresh()).runs.size).toBe(1);

  // It promoted nothing by itself, and is served once somebody does.
  const before = await server.post("/classify", RADIOGRAPH, "image/jpeg");
  const policy = await server.graphql(
    `mutation ($input: SetPolicyInput!) { setPolicy(input: $input) { policy { maxAucDrop } } }`,
    { input: { model: "chest-xray", policy: ANYTHING } },
  );
  const { body } = await server.graphql(
    `mutation ($input: PromoteInput!) { promote(input: $input) { __typename ... on Refused { failedRules { rule limit actual } } } }`,
    { input: { version: done.version.id, reason: "trained here" } },
  );
  await delay(2_100);
  const after = await server.post("/classify", RADIOGRAPH, "image/jpeg");

  expect(policy.body).toEqual({ data: { setPolicy: { policy: { maxAucDrop: 1 } } } });
  expect(before.body.model.version).toBe(1);
  expect(body).toEqual({ data: { promote: { __typename: "Promoted" } } });
  expect(`chest-xray@${after.body.model.version}`).toBe(done.version.id);
  expect(after.body.model.bytes).toBe(done.version.sizeBytes);
});

const ANYTHING = { rules: [], maxAucDrop: 1 };

test("a training is cancelled by whoever asks", async () => {
  const id = await start({ recipe: "smoke", dataset: "drawn" });

  await server.graphql(`mutation ($input: CancelRunInput!) { cancelRun(input: $input) { id } }`, {
    input: { run: id, reason: "thought better of it" },
  });
  const run = await follow(id, ({ status }) => status !== "RUNNING");

  expect(run).toMatchObject({ status: "CANCELLED", version: null, progress: { cancelRequested: true } });
});

test.each([
  ["an unknown recipe", { recipe: "none", dataset: "drawn" }, /"none".*Known: .*smoke/],
  ["an unknown data set", { recipe: "smoke", dataset: "none" }, /"none".*Known: drawn, gone\./],
  ["a path for a recipe", { recipe: "../shipped/smoke", dataset: "drawn" }, /Known: /],
  ["a path for a data set", { recipe: "smoke", dataset: "/" }, /Known: /],
  ["no data set", { recipe: "smoke" }, /expected\. dataset: \S.*\.$/],
  ["an unknown field", { recipe: "smoke", dataset: "drawn", data: "/" }, /data/],
  ["a number for a name", { recipe: 7, dataset: "drawn" }, /recipe/],
])("%s is refused with what is known", async (_what, body, message) => {
  const { runs } = await server.registry.refresh();

  const reply = await ask(body);

  expect(reply.status).toBe(400);
  expect(reply.body.error).toMatchObject({ code: "BAD_INPUT", message: expect.stringMatching(message) });
  expect((await server.registry.refresh()).runs.size).toBe(runs.size);
});

test("a data set whose folder is gone is said to be, before anything starts", async () => {
  const { status, body } = await ask({ recipe: "smoke", dataset: "gone" });

  expect(status).toBe(503);
  expect(body.error).toMatchObject({ code: "UNAVAILABLE", message: expect.stringContaining("gone") });
});

test("a training ends with its server, and says so", async () => {
  const other = await startLocalServer((registry) => promoteTiny(registry, 1), {
    RADLITE_DATASETS: `drawn=${join(folder.path, "data")}`,
    RADLITE_TRAINING_SLOTS: "1",
  });
  const body = JSON.stringify({ recipe: "smoke", dataset: "drawn" });
  const { runId } = (await other.post("/training-runs", body, "application/json")).body;
  runIds.add(runId);
  const isOver = async () => (await other.registry.refresh()).runs.get(runId)?.outcome !== undefined;
  while (!(await other.registry.store.get(`runs/${runId}/heartbeat.json`))) await delay(50);

  await other.halt();
  while (!(await isOver())) await delay(100);

  expect(other.registry.state.runs.get(runId)).toMatchObject({
    outcome: "FAILED",
    message: "the server that started the training ended",
  });
  await other.stop();
});

test("a server that is killed takes its trainings with it", async () => {
  const other = await startLocalServer((registry) => promoteTiny(registry, 1), {
    RADLITE_DATASETS: `drawn=${join(folder.path, "data")}`,
    RADLITE_TRAINING_SLOTS: "3",
  });
  const ids: string[] = [];
  for (let number = 0; number < 3; number++) {
    const body = JSON.stringify({ recipe: "smoke", dataset: "drawn" });
    ids.push((await other.post("/training-runs", body, "application/json")).body.runId);
  }
  for (const id of ids) runIds.add(id);
  while (childrenOf(ids).length < 3) await delay(20);

  process.kill(other.pid, "SIGKILL");
  for (const untilMs = Date.now() + 15_000; childrenOf(ids).length > 0; await delay(100)) {
    expect(Date.now(), `${childrenOf(ids)} live on`).toBeLessThan(untilMs);
  }

  const { runs } = await other.registry.refresh();
  for (const id of ids) {
    const { outcome, message } = runs.get(id)!;
    // one that was on its last step may have finished it
    if (outcome !== "SUCCEEDED") expect(message).toMatch(/the server that started the training ended/);
    expect(outcome).toBeDefined();
  }
  await other.stop();
});

/**
 * Processes that train one of the runs. One that a trainer began and that still bears its words is no second trainer:
 * it is about to become what was asked for, such as nvidia-smi.
 */
function childrenOf(ids: string[]): string[] {
  const trainers = readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    const command = readProcess(pid, "cmdline").split("\0");
    return (
      command.some((word) => word.endsWith("training/child.mjs")) && ids.some((id) => command.includes(id))
    );
  });
  const parentOf = (pid: string) => /^PPid:\s+(\d+)$/m.exec(readProcess(pid, "status"))?.[1] ?? "";
  return trainers.filter((pid) => !trainers.includes(parentOf(pid)));
}

/** Nothing of one that has ended meanwhile. */
function readProcess(pid: string, file: "cmdline" | "status"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

test("asked for twice at once with one key, over both ways, it is one run, one process and one folder", async () => {
  const input = { recipe: "smoke", dataset: "drawn", idempotencyKey: "at once" };
  const mutation = `mutation ($input: StartTrainingRunInput!) { startTrainingRun(input: $input) { id } }`;
  const { runs: before } = await server.registry.refresh();

  const answers = await Promise.all(
    Array.from({ length: 4 }, async (_, at) => {
      if (at % 2 === 0) return start(input);
      const { body } = await server.graphql(mutation, { input });
      return body.data.startTrainingRun.id as string;
    }),
  );

  const [id] = new Set(answers);
  expect(new Set(answers).size).toBe(1);
  let most = 0;
  await follow(id!, ({ status }) => {
    most = Math.max(most, childrenOf([id!]).length);
    return status !== "RUNNING";
  });
  expect(most).toBe(1);
  const { runs } = await server.registry.refresh();
  expect([...runs.keys()].filter((one) => !before.has(one))).toEqual([id]);
  const log = readFileSync(join(ROOT, ".radlite/trainings", id!, "log.txt"), "utf8");
  expect(log.match(/^epoch 1 of 2/gm)).toHaveLength(1);
});

test("trainings are queued up to a bound; one that waits can be cancelled, and one too many is asked to come back", async () => {
  const ids: string[] = [];
  let reply = await ask({ recipe: "smoke", dataset: "drawn" });
  for (; reply.status === 202; reply = await ask({ recipe: "smoke", dataset: "drawn" })) {
    ids.push(reply.body.runId);
    runIds.add(reply.body.runId);
  }

  expect(reply.status).toBe(503);
  expect(reply.body.error).toMatchObject({ code: "UNAVAILABLE", reason: "BUSY" });
  expect(Number(reply.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(ids.length).toBeGreaterThanOrEqual(33); // one runs, 32 wait; some may have ended meanwhile
  expect(ids.length).toBeLessThan(60);
  expect(childrenOf(ids).length).toBeLessThanOrEqual(1);
  for (const run of ids.toReversed()) {
    await server.graphql(`mutation ($input: CancelRunInput!) { cancelRun(input: $input) { id } }`, {
      input: { run },
    });
  }
  const last = await follow(ids.at(-1)!, ({ status }) => status !== "RUNNING");
  expect(last.status).toBe("CANCELLED");
  for (const id of ids) await follow(id, ({ status }) => status !== "RUNNING");
});

test("a training that cannot go on is FAILED with the reason", async () => {
  await rm(join(folder.path, "data/NORMAL"), { recursive: true });

  const id = await start({ recipe: "smoke", dataset: "drawn" });
  const run = await follow(id, ({ status }) => status !== "RUNNING");

  expect(run).toMatchObject({ status: "FAILED", message: expect.stringContaining("NORMAL") });
});
