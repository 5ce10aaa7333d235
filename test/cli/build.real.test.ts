import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { parseSync } from "oxc-parser";
import { beforeAll, expect, test } from "vitest";
import { workspaces } from "../../package.json" with { type: "json" };
import { makeFolder, type Outcome, ROOT, runRadlite } from "./program.ts";

/** The tree as it is after `npm ci`, in a place of its own: sources, node_modules, no dist/. */
const clone = makeFolder();
const program = join(clone, "cli/radlite.mjs");
const builtMs = () => statSync(join(clone, "dist/built")).mtimeMs;
const listChunks = () => readdirSync(join(clone, "dist/chunks"));
let first: Outcome;

beforeAll(async () => {
  for (const path of [
    ...workspaces,
    "scripts",
    "openapi.json",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
  ]) {
    cpSync(join(ROOT, path), join(clone, path), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"));
  first = await runRadlite(["--version"], { program });
});

test("the first call builds dist/ and answers; the second finds it built", async () => {
  const before = builtMs();
  const second = await runRadlite(["--version"], { program });
  expect(first).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
  expect(second).toEqual(first);
  expect(builtMs()).toBe(before);
});

test("what a function runs stands alone: it imports Node's own modules and nothing else", () => {
  const handlers = readdirSync(join(clone, "dist/functions")).filter((file) => file.endsWith(".mjs"));
  const sources = readdirSync(join(clone, "functions")).filter((file) => file.endsWith(".ts"));
  const expected = ["decoding-thread.mjs", ...sources.map((file) => file.replace(/ts$/, "mjs"))];
  expect(handlers.sort()).toEqual(expected.sort());
  for (const handler of handlers) {
    const { module } = parseSync(handler, readFileSync(join(clone, "dist/functions", handler), "utf8"));
    const packages = module.staticImports
      .map((one) => one.moduleRequest.value)
      .filter((name) => !isBuiltin(name));
    expect(packages).toEqual([]);
  }
});

test("a newer source is built anew, by two calls at once too; a program that runs still finds the chunks it has yet to load, for a day", async () => {
  const before = builtMs();
  const chunks = listChunks();
  const ageOf = { "kept-0.mjs": 23, "gone-0.mjs": 25 }; // hours
  for (const [name, hours] of Object.entries(ageOf)) {
    const date = new Date(Date.now() - hours * 3600e3);
    writeFileSync(join(clone, "dist/chunks", name), "");
    utimesSync(join(clone, "dist/chunks", name), date, date);
  }
  appendFileSync(join(clone, "cli/files.ts"), "\nconsole.log('a newer source');\n");
  utimesSync(join(clone, "cli/files.ts"), new Date(), new Date(Date.now() + 1000));

  const inspect = () => runRadlite(["inspect", "absent.rlm"], { program });
  const outcomes = await Promise.all([inspect(), inspect()]);

  for (const { stdout, stderr } of outcomes) {
    expect(stdout).toBe("a newer source\n");
    expect(stderr).toMatch(/NOT_FOUND/);
  }
  expect(builtMs()).toBeGreaterThan(before);
  expect(listChunks()).toEqual(expect.arrayContaining([...chunks, "kept-0.mjs"]));
  expect(listChunks().length).toBeGreaterThan(chunks.length + 1);
  expect(listChunks()).not.toContain("gone-0.mjs");
  expect(readdirSync(join(clone, "dist/cli")).sort()).toEqual([
    ...["main.mjs", "main.mjs.map"],
    ...["score-thread.mjs", "score-thread.mjs.map"],
  ]);
}, 300_000);

test("a source that does not compile is named with its line", async () => {
  appendFileSync(join(clone, "cli/files.ts"), "\nconst = 1;\n");
  utimesSync(join(clone, "cli/files.ts"), new Date(), new Date(Date.now() + 5000));
  const { code, stdout, stderr } = await runRadlite(["--version"], { program });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/building dist\/ failed\.\n[\s\S]*cli\/files\.ts:\d+:6: ERROR/);
});
