import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { layOutData, makeWorkplace, ROOT, runRadlite } from "./program.ts";

const COMMANDS = [
  "train",
  "compare-transfer",
  "compress",
  "cross-fit",
  "reproduce",
  "sweep",
  "recipes",
  "stages",
  "evaluate",
  "classify",
  "score",
  "report",
  "replay",
  "affected",
  "inspect",
  "export",
  "front",
  "damage",
  "gate",
  "robustness",
  "sensitivity",
  "registry",
  "keys",
  "weights",
  "data",
  "submit",
];
const READERS = ["evaluate", "classify", "inspect", "export"];

test("help lists every command and the exit codes", async () => {
  const { code, stdout, stderr } = await runRadlite(["--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
  expect(stdout).toContain("0 done, 1 failed, 2 wrong use, 3 refused, 130 stopped");
});

test("the command itself, as npm links it, has glibc ask for huge pages", async () => {
  const show = "data:text/javascript,console.error(process.env.GLIBC_TUNABLES)";
  const { stdout, stderr } = await promisify(execFile)(join(ROOT, "cli/radlite.mjs"), ["--version"], {
    env: { ...process.env, GLIBC_TUNABLES: "", NODE_OPTIONS: `--import=${show}` },
  });
  expect({ stdout, stderr }).toEqual({ stdout: "0.1.0\n", stderr: "glibc.malloc.hugetlb=1\n" });
});

test.each(COMMANDS)("%s --help shows an example of itself", async (command) => {
  const { code, stdout } = await runRadlite([command, "--help"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`Examples?:\n  radlite ${command}\\b`));
});

test.each([
  ["no command", [], /Usage: radlite/],
  ["an unknown command", ["frobnicate"], /BAD_INPUT: unknown command 'frobnicate'/],
  ["an unknown option", ["inspect", "model.rlm", "--fast"], /BAD_INPUT: unknown option '--fast'/],
  ["a missing argument", ["classify"], /BAD_INPUT: missing required argument 'file'/],
  ["a missing option", ["evaluate", "model.rlm"], /BAD_INPUT: required option '--data <dir>' not specified/],
])("%s is wrong use: exit code 2 and a sentence on stderr", async (_name, args, message) => {
  const { code, stdout, stderr } = await runRadlite(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(message);
});

test("a file that is not there fails in one sentence; the stack is for RADLITE_DEBUG", async () => {
  const plain = await runRadlite(["inspect", "absent.rlm"]);
  const debug = await runRadlite(["inspect", "absent.rlm"], { env: { RADLITE_DEBUG: "1" } });
  const sentence = "there is no file, bundle or shipped model absent.rlm; expected a model file";
  expect(plain).toMatchObject({ code: 1, stdout: "" });
  expect(plain.stderr).toMatch(new RegExp(`^radlite: NOT_FOUND: ${sentence}.*\n$`));
  expect(debug.code).toBe(1);
  expect(debug.stderr).toMatch(new RegExp(`RadliteError: ${sentence}.*\n\\s+at `));
});

test.each(READERS)("%s of a damaged model file says so with BAD_ARTIFACT and its name", async (command) => {
  const { folder, bytes } = makeWorkplace();
  const damaged = join(folder, "damaged.rlm");
  writeFileSync(
    damaged,
    bytes.map((byte, i) => (i === 20 ? byte ^ 1 : byte)),
  );
  const args = {
    evaluate: ["evaluate", damaged, "--data", layOutData(folder)],
    classify: ["classify", damaged, "--model", damaged],
    inspect: ["inspect", damaged],
    export: ["export", damaged, "--onnx", join(folder, "out.onnx")],
  }[command]!;
  const { code, stdout, stderr } = await runRadlite(args);
  expect(stderr).toMatch(/^radlite: BAD_ARTIFACT: \S*damaged\.rlm: model file has checksum .*cut off\n/);
  expect(stdout).toBe("");
  expect(code).toBe(1);
});
