/** Benches that are asked for what is not there end as the command line does: a sentence, an exit code, no stack. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { main as binary } from "../../bench/binary/main.ts";
import { main as cold } from "../../bench/cold/main.ts";
import { main as decode } from "../../bench/decode/main.ts";
import { main as explanation } from "../../bench/explanation/main.ts";
import { main as score } from "../../bench/score/main.ts";
import { main as serving } from "../../bench/serving/main.ts";
import { main as shift } from "../../bench/shift/main.ts";
import { ROOT } from "../cli/program.ts";

const folder = mkdtempSync(join(tmpdir(), "radlite-endings-"));
afterAll(() => rmSync(folder, { recursive: true }));
const absent = join(folder, "absent");
const noPicture = join(folder, "notes.txt");
writeFileSync(noPicture, "no radiograph");

const said: string[] = [];
const { exitCode } = process;
beforeEach(() => {
  said.length = 0;
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation((line) => void said.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = exitCode; // a bench's is its own process's
});

const [programs, trials] = [join(folder, "programs"), join(folder, "trials")];
const study = { data: absent, trials };

test.each<[string, () => Promise<void>, number, RegExp]>([
  ["binary: a recipe", () => binary(["nothing"]), 1, /^radlite: NOT_FOUND: .*nothing/],
  ["binary: a recipe of floats", () => binary(["residual-64"]), 2, /^radlite: BAD_INPUT: residual-64 is no/],
  [
    "cold: a checkout",
    () => cold({ against: absent, rounds: 1 }),
    1,
    /^radlite: NOT_FOUND: .*absent has no dist/,
  ],
  [
    "decode: a radiograph",
    () => decode({ programs, radiograph: absent }),
    1,
    /^radlite: NOT_FOUND: .*absent/,
  ],
  [
    "serving: a radiograph",
    () => serving({ programs, radiograph: absent }),
    1,
    /^radlite: NOT_FOUND: .*absent/,
  ],
  [
    "serving: no picture",
    () => serving({ programs, radiograph: noPicture }),
    2,
    /^radlite: BAD_INPUT \(NOT_AN/,
  ],
  ["explanation: a folder", () => explanation({ data: absent }), 2, /^radlite: BAD_INPUT: .*absent/],
  [
    "score: a folder",
    () => score({ program: programs, folder: absent }),
    1,
    /^radlite: NOT_FOUND: .*absent: there is no such/,
  ],
  [
    "shift: a variant",
    () => shift({ ...study, variants: "mine" }),
    2,
    /^radlite: BAD_INPUT: mine: expected of/,
  ],
  ["shift: a seed", () => shift({ ...study, seeds: "1,x" }), 2, /^radlite: BAD_INPUT: --seeds has "x"/],
  ["shift: a bundle", () => shift({ ...study, models: absent }), 2, /^radlite: BAD_INPUT: .*absent/],
])("%s that is not there", async (_, run, code, sentence) => {
  await run();

  expect(said.join("\n")).toMatch(sentence);
  expect(said).toHaveLength(1);
  expect(process.exitCode).toBe(code);
});

test.each([
  ["cold", "--rounds", "many", /^--rounds takes a whole number above 0/],
  ["training", "--rounds", "0", /^--rounds takes a whole number above 0/],
  ["shift", "--variant", "A", /^Unknown option '--variant'/],
  ["decode", "one.jpeg", "two.jpeg", /^'two.jpeg' is one argument too many/],
])("bench/%s refuses %s %s with its help", async (name, option, value, sentence) => {
  const asked = promisify(execFile)(process.execPath, [`bench/${name}/start.mjs`, option, value], {
    cwd: ROOT,
  });

  const { code, stderr } = await asked.then(
    () => ({ code: 0, stderr: "" }),
    (error: { code: number; stderr: string }) => error,
  );

  expect(code).toBe(2);
  expect(stderr).toMatch(sentence);
  expect(stderr).toContain("npm run ");
  expect(stderr).not.toContain("    at ");
});
