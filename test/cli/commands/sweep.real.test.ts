import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRecipe } from "@radlite/registry/commands";
import { findVersion, openRegistry } from "@radlite/registry/log";
import { openStore } from "@radlite/registry/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  openTemporaryFolder,
  patients,
  type TemporaryFolder,
  writeClasses,
} from "../../training/data/folders.ts";
import { tinyRecipe } from "../../training/tiny-recipe.ts";
import { ROOT, runRadlite } from "../program.ts";

const RECIPE = tinyRecipe(2, ["{ name: cluster, bits: 4, epochs: 0 }", "{ name: range }"]);

let folder: TemporaryFolder;
let args: string[];

beforeAll(async () => {
  folder = await openTemporaryFolder();
  await writeClasses(folder, "data", patients(24));
  const recipe = await folder.write("tiny.yaml", RECIPE);
  const sweep = await folder.write(
    "bits.yaml",
    `recipe: ${recipe}\ngrid:\n  stages.0.bits: [1, 4]\n  stages.0.maxDrop: [50]\n`,
  );
  args = [
    "sweep",
    sweep,
    "--data",
    join(folder.path, "data"),
    "--out",
    join(folder.path, "out"),
    "--register",
  ];
});

afterAll(() => folder.remove());

/** Sends SIGINT when the line has come; gives all that was said. */
function interrupt(
  line: RegExp,
  env: Record<string, string>,
): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [join(ROOT, "cli/radlite.mjs"), ...args], {
    env: { ...process.env, ...env },
  });
  let text = "";
  let isSent = false;
  child.stderr.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    if (isSent || !line.test(text)) return;
    isSent = child.kill("SIGINT");
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, text })));
}

test("its help", async () => {
  expect((await runRadlite(["sweep", "--help"])).stdout).toMatchSnapshot();
});

test("stopped and called again it trains once for all runs, makes each once, and tabulates them", async () => {
  const env = { RADLITE_STORE: `file:${join(folder.path, "store")}` };
  const out = join(folder.path, "out");
  const names = ["tiny-bits-1-maxdrop-50", "tiny-bits-4-maxdrop-50"];

  const stopped = await interrupt(/float is ready/, env);
  const whole = await runRadlite([...args, "--json"], { env });
  const again = await runRadlite(args, { env });

  expect(stopped.code).toBe(130);
  expect(stopped.text).toMatch(/^radlite: Stopped; the same command goes on/m);
  expect(whole.code).toBe(0);
  expect(whole.stderr).toMatch(/^1 of 3 done: tiny-float was there already$/m);
  const { runs } = JSON.parse(whole.stdout);
  expect(runs.map(({ name }: { name: string }) => name)).toEqual(names);
  const [one, four] = runs.map(({ figures }: { figures: { bytes: number } }) => figures.bytes);
  expect(one).toBeLessThan(four);
  expect(one).toBe(statSync(join(out, names[0]!, "model.rlm")).size);
  expect(again.stderr.match(/was there already/g)).toHaveLength(3);
  expect(again.stdout).toMatch(/^run +stages\.0\.bits +stages\.0\.maxDrop +bytes /);
  const csv = readFileSync(join(out, "summary.csv"), "utf8").trimEnd().split("\n");
  expect(csv).toHaveLength(3);
  expect(csv[1]).toMatch(new RegExp(`^${names[0]},1,50,${one},`));
  expect(JSON.parse(readFileSync(join(out, "summary.json"), "utf8"))).toEqual({ runs });
  expect(readFileSync(join(out, "summary.md"), "utf8")).toContain(`| ${names[1]} | 4 | 50 |`);
  const list = await runRadlite(["registry", "list", "--json"], { env });
  expect(JSON.parse(list.stdout).versions).toHaveLength(3); // the parent and two children
  const { state, store } = await openRegistry({ store: await openStore(env.RADLITE_STORE) });
  const done = [...state.runs.values()].filter(({ outcome }) => outcome === "SUCCEEDED");
  expect(done.map(({ executor, dataset }) => [executor, dataset])).toEqual([
    ["cli", "data"],
    ["cli", "data"],
  ]);
  for (const { recipe, version } of done) {
    expect(await readRecipe(store, recipe.digest)).toContain("architecture:");
    expect(findVersion(state, version!)?.runId).toBeDefined();
  }
});

test("without --data nothing runs: the same table from what is there, without models, as text, Markdown and drawing", async () => {
  const out = join(folder.path, "out");
  const print = (...more: string[]) =>
    runRadlite(["sweep", join(folder.path, "bits.yaml"), "--out", out, ...more]);
  const svg = join(folder.path, "sweep.svg");
  const written = statSync(join(out, "summary.md")).mtimeMs;
  rmSync(join(out, "tiny-bits-1-maxdrop-50", "model.rlm"));
  rmSync(join(out, "tiny-bits-4-maxdrop-50"), { recursive: true });

  const markdown = await print("--markdown", "--svg", svg);
  const onTest = await print("--on", "test", "--json");

  expect(markdown).toMatchObject({ code: 0, stderr: "" });
  const [headings, , one, four] = markdown.stdout.trimEnd().split("\n");
  expect(headings).toMatch(/^\| run \| stages\.0\.bits \| .* \| AUC \| note \|$/);
  expect(one).toBe(`${readFileSync(join(out, "summary.md"), "utf8").split("\n")[2]}  |`);
  expect(one).toMatch(/ of validation \|.*% \(.* to .*\) \| \d\.\d{4} \(\d\.\d{4} to \d\.\d{4}\) \| {2}\|$/);
  expect(four).toContain(
    `| not run here: \`radlite sweep ${join(folder.path, "bits.yaml")} --data DIR --out ${out}\` |`,
  );
  expect(readFileSync(svg, "utf8")).toMatch(/^<svg .*bits on validation: each run by its stages\.0\.bits/s);
  expect(JSON.parse(onTest.stdout).runs.map(({ reason }: { reason: string }) => reason)).toEqual([
    "not judged on test",
    expect.stringContaining("not run here"),
  ]);
  expect(existsSync(join(out, "tiny-bits-4-maxdrop-50"))).toBe(false);
  expect(statSync(join(out, "summary.md")).mtimeMs).toBe(written);
});

test("a run that fails is named with its reason, the others run, and the exit code says so", async () => {
  const sweep = join(folder.path, "failing.yaml");
  writeFileSync(
    sweep,
    `recipe: ${join(folder.path, "tiny.yaml")}\nmodel: ${join(folder.path, "out", "tiny-float")}\ngrid:\n  stages: [[{ name: prune, sparsity: 0.98, epochs: 0, ramp: 0, maxDrop: 0 }, { name: prune, sparsity: 0.98, epochs: 0, ramp: 0, pinned: [77] }], [{ name: range }]]\n`,
  );
  const failing = ["sweep", sweep, ...args.slice(2, 4), "--out", join(folder.path, "failing")];

  const { code, stdout } = await runRadlite(failing);

  expect(code).toBe(1);
  const lines = stdout.split("\n");
  expect(lines[1]).toMatch(
    /^tiny-stages-1 .*(REFUSED: Stage prune lost|BAD_INPUT: prune: pinned names layer 77)/,
  );
  expect(lines[2]).toMatch(/^tiny-stages-2 .*%/);
});
