import { join } from "node:path";
import { digestOf, writeBundle } from "@radlite/registry/bundle";
import type { LoadedRecipe } from "@radlite/training/recipes";
import { runSweep, type SweepPlan, type SweepProgress, type SweepTask } from "@radlite/training/sweeps";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tinyVersion } from "../../fixtures/tiny-version.ts";
import { openTemporaryFolder, type TemporaryFolder } from "../data/folders.ts";

let folder: TemporaryFolder;

beforeEach(async () => {
  folder = await openTemporaryFolder();
});
afterEach(() => folder.remove());

const recipe = (source: string) => ({ source }) as LoadedRecipe;
const run = (name: string, parent?: string) => ({
  name,
  settings: {},
  recipe: recipe(`recipe of ${name}`),
  ...(parent ? { parent } : {}),
});

const PLAN: SweepPlan = {
  parents: [{ name: "float", recipe: recipe("recipe of float") }],
  runs: [run("a", "float"), run("lone"), run("b", "float")],
};

/** What a finished task leaves behind. */
async function finish({ folder, source }: Pick<SweepTask, "folder" | "source">): Promise<void> {
  const { bytes, facts } = tinyVersion(0);
  const recipe = { name: "tiny", digest: digestOf(source) };
  await writeBundle(folder, { bytes, facts: { formatVersion: 1, ...facts, recipe }, evaluations: [] });
}

/** Runs the plan; a task ends when the test says so, or at once. */
async function sweep({ jobs = 1, fail = [] as string[], plan = PLAN } = {}) {
  const started: string[] = [];
  const shown: string[] = [];
  let running = 0;
  let most = 0;
  const outcomes = await runSweep(plan, folder.path, {
    jobs,
    start: async (task) => {
      started.push(task.from ? `${task.name} from ${task.from.slice(folder.path.length + 1)}` : task.name);
      most = Math.max(most, ++running);
      do await new Promise((resolve) => setTimeout(resolve, 5));
      while (started.length < jobs); // all that may run at once do
      running--;
      if (fail.includes(task.name)) throw new Error("no luck");
      await finish(task);
    },
    onProgress: ({ task, outcome, done, total }: SweepProgress) =>
      shown.push(`${done}/${total} ${task.name} ${outcome?.kind ?? "begins"}`),
  });
  return { outcomes, started, shown, most };
}

test("a shared training runs before what compresses it, the rest in order, one at a time", async () => {
  const { outcomes, started, shown, most } = await sweep();

  expect(started).toEqual(["float", "a from float", "lone", "b from float"]);
  expect(most).toBe(1);
  expect([...outcomes.values()].every(({ kind }) => kind === "done")).toBe(true);
  expect(shown[0]).toBe("0/4 float begins");
  expect(shown.at(-1)).toBe("4/4 b done");
});

test("two at a time: what needs no training fills the gap", async () => {
  const { started, most } = await sweep({ jobs: 2 });

  expect(started.slice(0, 2).sort()).toEqual(["float", "lone"]); // at once: either may be first
  expect(most).toBe(2);
});

test("what is done by the same recipe is not done again; a changed recipe is", async () => {
  await finish({ folder: join(folder.path, "float"), source: "recipe of float" });
  await finish({ folder: join(folder.path, "a"), source: "recipe of a" });
  await finish({ folder: join(folder.path, "lone"), source: "another recipe" });

  const { started, shown } = await sweep();

  expect(started).toEqual(["lone", "b from float"]);
  expect(shown).toContain("2/4 a there");
});

test("a run that fails keeps none from running but those that need it, and is tried again", async () => {
  const first = await sweep({ fail: ["float"] });
  const second = await sweep();

  expect(first.started).toEqual(["float", "lone"]);
  expect(first.outcomes.get("a")).toEqual({ kind: "failed", reason: "float failed: no luck" });
  expect(first.outcomes.get("lone")).toEqual({ kind: "done" });
  expect(second.started).toEqual(["float", "a from float", "b from float"]);
});

test("stopped, it waits for what runs and starts nothing more", async () => {
  const controller = new AbortController();
  const ended: string[] = [];
  const sweeping = runSweep(PLAN, folder.path, {
    jobs: 2,
    signal: controller.signal,
    start: async (task) => {
      controller.abort(new Error("enough"));
      await new Promise((resolve) => setTimeout(resolve, 10));
      ended.push(task.name);
      throw new Error("stopped");
    },
  });

  await expect(sweeping).rejects.toThrow("enough");
  expect(ended.length).toBeGreaterThan(0);
  expect(ended).not.toContain("a");
});
