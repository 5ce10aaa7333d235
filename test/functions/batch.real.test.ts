import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seedsOnBatch, trainOnBatch } from "@radlite/functions/executors/batch";
import { createModel, readVersionFacts, TRAINING_PROGRAM } from "@radlite/registry/commands";
import { type Actor, findVersion, openRegistry, type Registry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { loadJobRecipe } from "@radlite/training/child-recipe";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { chooseExecutor } from "../../functions/executors/choose.ts";
import { build, isBuilt } from "../../scripts/build.mjs";
import { runRadlite } from "../cli/program.ts";
import { BUCKET } from "../registry/s3-server.ts";
import {
  openTemporaryFolder,
  patients,
  type TemporaryFolder,
  writeClasses,
} from "../training/data/folders.ts";
import { type BatchServer, JOB_DEFINITION, QUEUE, startBatchServer } from "./batch-server.ts";

const ROOT = join(import.meta.dirname, "../..");
const STORE = `s3://${BUCKET}/batch`;
const ACTOR: Actor = { name: "ada", role: "trainer" };
const REQUEST = { recipe: "smoke", dataset: "chest", actor: ACTOR };

let server: BatchServer;
let registry: Registry;
let environment: Record<string, string>;
let data: TemporaryFolder;

beforeAll(async () => {
  server = await startBatchServer();
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  data = await openTemporaryFolder();
  await writeClasses(data, "chest", patients(40));
  environment = {
    ...server.environment,
    RADLITE_STORE: STORE,
    RADLITE_DATASETS: `chest=${join(data.path, "chest")}`,
    RADLITE_BATCH_QUEUE: QUEUE,
    RADLITE_BATCH_JOB: JOB_DEFINITION,
  };
  registry = await openRegistry({ store: await openStore(STORE) });
  await createModel(registry, {
    name: "chest-xray",
    description: "For a test.",
    actor: { ...ACTOR, role: "approver" },
  });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await data?.remove();
  await server?.stop();
});

const options = () => ({ registry, root: ROOT, environment });
const newJobs = async (before: number) => (await server.listJobs()).slice(before);

test("a training becomes one job whose container gets all that it needs, once for each key", async () => {
  const before = (await server.listJobs()).length;
  const start = trainOnBatch(options());

  const run = await start({ ...REQUEST, idempotencyKey: "once" });
  const again = await start({ ...REQUEST, idempotencyKey: "once" });

  expect(again.id).toBe(run.id);
  expect(run).toMatchObject({ executor: "batch", dataset: "chest", recipe: { name: "smoke" } });
  const jobs = await newJobs(before);
  expect(jobs).toHaveLength(1);
  expect(jobs[0]).toMatchObject({
    jobName: `radlite-${run.id}`,
    jobQueue: expect.stringMatching(`job-queue/${QUEUE}$`),
    jobDefinition: expect.stringMatching(`job-definition/${JOB_DEFINITION}:1$`),
    container: {
      command: [
        ...["--run", run.id, "--recipe", "smoke", "--data", join(data.path, "chest")],
        ...["--out", "/var/radlite/runs"],
      ],
      environment: expect.arrayContaining([
        { name: "RADLITE_STORE", value: STORE },
        { name: "RADLITE_S3_ENDPOINT", value: server.endpoint },
      ]),
    },
  });
  expect(jobs[0]!.container!.environment!.map(({ name }) => name)).not.toContain("AWS_SECRET_ACCESS_KEY");
});

test("asked for at once with one key, from several functions, it is one job", async () => {
  const before = (await server.listJobs()).length;
  const functions = await Promise.all(
    [1, 2, 3].map(async () => openRegistry({ store: await openStore(STORE) })),
  );

  const runs = await Promise.all(
    functions.map((own) =>
      trainOnBatch({ ...options(), registry: own })({ ...REQUEST, idempotencyKey: "at once" }),
    ),
  );

  expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
  expect(await newJobs(before)).toHaveLength(1);
});

test("seeds become one array job, and the container's command trains the run of its index", async () => {
  const before = (await server.listJobs()).length;

  const runs = await seedsOnBatch(options())(REQUEST, [5, 7]);

  const [job] = await newJobs(before);
  expect(job).toMatchObject({ arrayProperties: { size: 2 } });
  expect(job!.container!.command).toEqual([
    ...["--run", runs.map(({ id }) => id).join(","), "--recipe", "smoke", "--seed", "5,7"],
    ...["--data", join(data.path, "chest"), "--out", "/var/radlite/runs"],
  ]);

  const out = mkdtempSync(join(tmpdir(), "radlite-batch-"));
  try {
    const command = job!.container!.command!.map((word) => (word === "/var/radlite/runs" ? out : word));
    expect(await runContainer(command, { AWS_BATCH_JOB_ARRAY_INDEX: "1" })).toBe(0);
    const { runs: known } = await registry.refresh();
    expect(known.get(runs[0]!.id)!.outcome).toBeUndefined();
    const trained = known.get(runs[1]!.id)!;
    expect(trained).toMatchObject({ outcome: "SUCCEEDED" });
    const version = findVersion(registry.state, trained.version!)!;
    expect(await readVersionFacts(registry, version)).toMatchObject({ seed: 7, runId: trained.id });

    expect(await runContainer(command, { AWS_BATCH_JOB_ARRAY_INDEX: "1" })).not.toBe(0); // it has ended
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});

/** What the container runs, with what the job definition and Batch itself put into its environment. */
async function runContainer(command: string[], own: Record<string, string>): Promise<number | null> {
  if (!isBuilt()) await build();
  const child = spawn(process.execPath, [join(ROOT, TRAINING_PROGRAM), ...command], {
    cwd: ROOT,
    stdio: "ignore",
    env: { ...process.env, ...environment, ...own },
  });
  return new Promise((resolve) => child.once("close", resolve));
}

test("a job that Batch does not take ends its runs, with the reason", async () => {
  const start = trainOnBatch({
    ...options(),
    environment: { ...environment, RADLITE_BATCH_QUEUE: "absent" },
  });

  await expect(start({ ...REQUEST, idempotencyKey: "refused" })).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringMatching(/AWS Batch did not take the job: .*absent/),
  });

  const { runs } = await registry.refresh();
  expect([...runs.values()].at(-1)).toMatchObject({
    outcome: "FAILED",
    message: expect.stringMatching(/did not take the job/),
  });
});

test("nothing is recorded where a setting is missing or the registry is out of reach", async () => {
  const before = (await registry.refresh()).runs.size;
  for (const [changed, message] of [
    [{ RADLITE_BATCH_QUEUE: "" }, /need RADLITE_BATCH_QUEUE and RADLITE_BATCH_JOB/],
    [{ RADLITE_STORE: "file:.radlite" }, /RADLITE_STORE was expected to be s3:\/\/bucket\/prefix/],
  ] as const) {
    const start = trainOnBatch({ ...options(), environment: { ...environment, ...changed } });
    await expect(start(REQUEST)).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringMatching(message),
    });
  }
  await expect(trainOnBatch(options())({ ...REQUEST, recipe: "none" })).rejects.toThrow(
    /no recipe named "none"/,
  );
  await expect(trainOnBatch(options())({ ...REQUEST, dataset: "none" })).rejects.toThrow(/Known: chest/);
  await expect(seedsOnBatch(options())(REQUEST, [1, 1])).rejects.toThrow(/different whole numbers/);
  await expect(seedsOnBatch(options())(REQUEST, [])).rejects.toThrow(/Seeds are none/);
  expect((await registry.refresh()).runs.size).toBe(before);
});

test("RADLITE_EXECUTOR chooses, and another name is refused when a training is started", async () => {
  const before = (await server.listJobs()).length;
  const choose = (name: string) =>
    chooseExecutor({ registry, environment: { ...environment, RADLITE_EXECUTOR: name } });

  expect((await choose("batch")(REQUEST)).executor).toBe("batch");

  expect(await newJobs(before)).toHaveLength(1);
  await expect(choose("lambda")(REQUEST)).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringMatching(/RADLITE_EXECUTOR is "lambda": child or batch was expected/),
  });
});

test("radlite submit: the runs of the seeds on stdout", async () => {
  const before = (await server.listJobs()).length;
  const { code, stdout, stderr } = await runRadlite(
    ["submit", "smoke", "--dataset", "chest", "--seeds", "1,2,3"],
    { env: { ...environment, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" } },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^\S+ {2}seed 1\n\S+ {2}seed 2\n\S+ {2}seed 3\n$/);
  expect(await newJobs(before)).toMatchObject([{ arrayProperties: { size: 3 } }]);
});

const SWEEP = "training/recipes/sweeps/depthwise-scratch.yaml"; // two widths, two sizes

test("radlite submit: a sweep is one array job, whose container finds the recipe of its index", async () => {
  const before = (await server.listJobs()).length;
  const { code, stdout, stderr } = await runRadlite(["submit", SWEEP, "--dataset", "chest"], {
    env: { ...environment, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.trimEnd().split("\n");
  const [ids, names] = [0, 1].map((part) => lines.map((line) => line.split("  ")[part]!)) as [
    string[],
    string[],
  ];
  expect(names[3]).toBe("mobilenet-narrow-width-0-5-size-64");
  const [job] = await newJobs(before);
  expect(job).toMatchObject({
    arrayProperties: { size: 4 },
    container: {
      command: [
        ...["--run", ids.join(","), "--sweep", "depthwise-scratch"],
        ...["--data", join(data.path, "chest"), "--out", "/var/radlite/runs"],
      ],
    },
  });

  const runs = (await registry.refresh()).runs;
  const named = { run: runs.get(ids[3]!)!, store: registry.store };
  const load = (index: number) => loadJobRecipe({ sweep: "depthwise-scratch" }, index, named);
  expect((await load(3)).recipe).toMatchObject({ name: names[3], input: { size: 64 } });
  await expect(load(2)).rejects.toMatchObject({ code: "CONFLICT" }); // of another recipe than was recorded
  await expect(load(4)).rejects.toThrow(/has no run 4/);
  const command = job!.container!.command!.map((word) => (word.endsWith("chest") ? data.path : word));
  expect(await runContainer(command, { AWS_BATCH_JOB_ARRAY_INDEX: "3" })).toBe(0);
  const outcome = (await registry.refresh()).runs.get(ids[3]!)!;
  expect(outcome).toMatchObject({ outcome: "FAILED", message: expect.stringMatching(/NORMAL/) }); // found, no pictures
});

test("radlite submit: a sweep that is not shipped, or only compresses, is refused before anything is recorded", async () => {
  const before = (await registry.refresh()).runs.size;
  const own = await data.write("own.yaml", "recipe: smoke\ngrid: { seed: [1, 2] }\n");
  for (const [path, message] of [
    [own, /own\.yaml is no shipped sweep/],
    ["training/recipes/sweeps/pruning-residual-64.yaml", /compresses residual-64-robust\/parent/],
  ] as const) {
    const { code, stderr } = await runRadlite(["submit", path, "--dataset", "chest"], { env: environment });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  }
  expect((await registry.refresh()).runs.size).toBe(before);
});
