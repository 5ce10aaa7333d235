import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runLogged } from "../../cli/subprocess.ts";
import { makeFolder } from "./program.ts";

const folder = makeFolder();
const program = join(folder, "program.mjs");
writeFileSync(
  program,
  `console.log("said " + process.argv.slice(2));
if (process.argv[2] === "fail") { console.error("radlite: REFUSED: too dear"); process.exitCode = 3; }
if (process.argv[2] === "die") process.kill(process.pid, "SIGKILL");
if (process.argv[2] === "wait") process.on("SIGTERM", () => { console.error("radlite: UNAVAILABLE: stopped"); process.exit(1); }), setInterval(() => {}, 1000), console.log("ready");`,
);

afterAll(() => rmSync(folder, { recursive: true }));

const run = (name: string, args: string[], signal = new AbortController().signal) =>
  runLogged(args, { log: join(folder, `${name}.log`), signal, program });
const logOf = (name: string) => readFileSync(join(folder, `${name}.log`), "utf8");

test("what a process says goes to its log; why it failed is what it said last, this time", async () => {
  await run("log", ["well", "done"]);
  await expect(run("log", ["fail"])).rejects.toMatchObject({ message: "REFUSED: too dear" });
  await expect(run("log", ["die"])).rejects.toThrow(/^(said die|it ended without a word)$/);

  expect(logOf("log")).toContain("said well,done\nsaid fail\nradlite: REFUSED: too dear\n");
  expect(existsSync(join(folder, "log.log.pid"))).toBe(false);
});

test("a process that still runs is not started again; the number of one that is gone does not matter", async () => {
  writeFileSync(join(folder, "busy.log.pid"), String(process.pid));
  await expect(run("busy", ["x"])).rejects.toMatchObject({
    code: "CONFLICT",
    message: `process ${process.pid} still works on it; wait for it or end it, or remove ${join(folder, "busy.log.pid")} where that is another program`,
  });
  writeFileSync(join(folder, "busy.log.pid"), "999999999");
  await run("busy", ["x"]);
  expect(logOf("busy")).toBe("said x\n");
});

test("an aborted signal is passed on, and the process ends in its own words", async () => {
  const controller = new AbortController();
  const running = run("stopped", ["wait"], controller.signal);
  while (!existsSync(join(folder, "stopped.log")) || !logOf("stopped").includes("ready")) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  controller.abort();
  await expect(running).rejects.toMatchObject({ message: "UNAVAILABLE: stopped" });
});
