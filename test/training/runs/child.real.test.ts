import { type ChildProcess, spawn } from "node:child_process";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { digestOf } from "@radlite/registry/bundle";
import {
  cancelRun,
  createModel,
  readRunLog,
  readRunProgress,
  readVersionFacts,
  registerRecipe,
  startRun,
  TRAINING_PROGRAM,
  type TrainingWork,
  takeTrainingSlot,
  writeJobArguments,
} from "@radlite/registry/commands";
import { type Actor, findVersion, openRegistry, type Registry, type Run } from "@radlite/registry/log";
import { fileStore } from "@radlite/registry/store";
import { loadRecipe } from "@radlite/training/recipes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build, isBuilt } from "../../../scripts/build.mjs";
import { openTemporaryFolder, patients, type TemporaryFolder, writeClasses } from "../data/folders.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const ACTOR: Actor = { name: "ada", role: "trainer" };
const SMOKE = await loadRecipe("smoke");

let folder: TemporaryFolder;
let registry: Registry;

beforeAll(async () => {
  if (!isBuilt()) await build();
  folder = await openTemporaryFolder();
  await writeClasses(folder, "data", patients(40));
  registry = await openRegistry({ store: fileStore(join(folder.path, "store")) });
  await createModel(registry, {
    name: "chest-xray",
    description: "For a test.",
    actor: { ...ACTOR, role: "approver" },
  });
});

afterAll(() => folder.remove());

async function start(
  data: string,
  digest = digestOf(SMOKE.source),
  work: TrainingWork = { recipe: "smoke" },
): Promise<{ run: Run; child: ChildProcess; ended: Promise<number | null> }> {
  const recipe = { name: "smoke", digest };
  const run = await startRun(registry, {
    model: "chest-xray",
    recipe,
    dataset: "test",
    executor: "child",
    actor: ACTOR,
  });
  const words = writeJobArguments({
    runIds: [run.id],
    work,
    dataFolder: join(folder.path, data),
    outFolder: folder.path,
  });
  const child = spawn(process.execPath, [join(ROOT, TRAINING_PROGRAM), ...words], {
    stdio: "ignore",
    env: { ...process.env, RADLITE_STORE: `file:${join(folder.path, "store")}` },
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { run, child, ended };
}

async function findRun({ id }: Run): Promise<Run> {
  return (await registry.refresh()).runs.get(id)!;
}

async function takeSlot() {
  return takeTrainingSlot(registry, { host: hostname(), slots: 1, runId: "somebody-else" });
}

test("trains a registered recipe by another seed, records its epochs and words, registers what came of it without promoting, and frees its slot", async () => {
  const given = { text: SMOKE.source, actor: ACTOR };
  const { digest } = await registerRecipe(registry, given, () => ({ name: "smoke", model: "chest-xray" }));
  const { run, ended } = await start("data", digest, { recipe: digest, seeds: [11] });

  expect(await ended).toBe(0);

  const finished = await findRun(run);
  expect(finished).toMatchObject({ outcome: "SUCCEEDED" });
  const version = findVersion(registry.state, finished.version!)!;
  expect(await readVersionFacts(registry, version)).toMatchObject({
    ...{ runId: run.id, actor: { name: "ada" } },
    ...{ seed: 11, recipe: { name: "smoke", digest } },
  });
  const { lines } = await readRunLog(registry, finished);
  expect(lines.filter((line) => /^epoch \d of 2: trainingLoss [\d.]+, /.test(line))).toHaveLength(2);
  expect(lines.at(-1)).toBe(`registered as ${version.id}`);
  const { epochs } = await readRunProgress(registry, finished);
  expect(epochs.map(({ epoch, epochs: of }) => [epoch, of])).toEqual([
    [1, 2],
    [2, 2],
  ]);
  expect(epochs[1]!.figures.validationAuc).toBeGreaterThan(0);
  expect([...registry.state.models.get("chest-xray")!.aliases.keys()]).toEqual([]);
  const lease = await takeSlot();
  expect(lease).toBeDefined();
  await lease!.release();
});

test("waits for a slot, and a cancelled one ends without having had it", async () => {
  const lease = await takeSlot();
  const { run, ended } = await start("data");
  await expect
    .poll(async () => (await readRunProgress(registry, run)).heartbeatAt, { timeout: 20_000 })
    .toBeDefined();

  await cancelRun(registry, { runId: run.id, actor: ACTOR });

  expect(await ended).toBe(0);
  expect(await findRun(run)).toMatchObject({ outcome: "CANCELLED" });
  await lease!.release();
});

test("a folder without radiographs is the run's failure, named in its message", async () => {
  const { run, ended } = await start("nothing");

  expect(await ended).toBe(0);

  const finished = await findRun(run);
  expect(finished.outcome).toBe("FAILED");
  expect(finished.message).toMatch(/no such folder/);
  expect((await readRunLog(registry, finished)).lines.at(-1)).toBe(finished.message);
});

test("a run of another recipe than is shipped here under its name trains nothing, and says so", async () => {
  const { run, ended } = await start("data", "0".repeat(64));

  expect(await ended).toBe(0);

  expect(await findRun(run)).toMatchObject({
    outcome: "FAILED",
    message: expect.stringMatching(/another smoke than is shipped here/),
  });
});
