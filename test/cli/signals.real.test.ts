import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeWorkplace, ROOT } from "./program.ts";

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s: a command that keeps nothing says that it stopped, exit code %i", async (signal, code) => {
  const { folder, model } = makeWorkplace();
  const pipe = join(folder, "radiograph.png"); // never answers: the command waits for it
  execFileSync("mkfifo", [pipe]);
  const child = spawn(process.execPath, [join(ROOT, "cli/radlite.mjs"), "classify", pipe, "--model", model]);
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  child.stdout.on("data", (text) => (said += text));
  const ended = once(child, "close");

  const writer = await open(pipe, "w"); // opens when the command reads
  child.kill(signal);
  await once(child.stderr, "data");
  await writer.close();

  expect(await ended).toEqual([code, null]);
  expect(said).toBe("radlite: Stopped.\n");
});
