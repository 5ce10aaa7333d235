/** The file store under several processes at once, some of them killed. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fileStore } from "@radlite/registry/store";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { buildProgram, type Program } from "../program.ts";
import { keysOf, read } from "./writes.ts";

let writer: Program;
let folder: string;

beforeAll(async () => {
  writer = await buildProgram(fileURLToPath(new URL("writer-process.ts", import.meta.url)));
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "radlite-processes-"));
  return () => rm(folder, { recursive: true, force: true });
});

afterAll(() => writer.dispose());

test("exactly one of five processes that race for a hundred keys wins each, with its own bytes", async () => {
  const names = ["anna", "ben", "cleo", "dan", "eve"];
  const running = names.map((name) => writer.start([folder, "create", name, "100"]));
  expect(await Promise.all(running.map(({ ended }) => ended))).toEqual([0, 0, 0, 0, 0]);
  const store = fileStore(folder);
  const winners = new Map(running.flatMap(({ lines }, i) => lines.map((key) => [key, names[i]] as const)));
  expect(running.reduce((sum, { lines }) => sum + lines.length, 0)).toBe(100);
  expect(await keysOf(store, "race/")).toHaveLength(100);
  for (const [key, name] of winners) expect(await read(store, key)).toBe(name);
});

test("five processes that count together lose no increment", async () => {
  const running = Array.from({ length: 5 }, (_, i) => writer.start([folder, "count", `${i}`, "40"]));
  expect(await Promise.all(running.map(({ ended }) => ended))).toEqual([0, 0, 0, 0, 0]);
  expect(await read(fileStore(folder), "counter")).toBe("200");
});

test("kill -9 in the middle of writing leaves neither a lock nor a torn object, and loses nothing that was reported as done", async () => {
  const killed = Array.from({ length: 4 }, (_, i) => writer.start([folder, "count", `${i}`, "100000"]));
  for (const { child, lines } of killed) {
    await expect.poll(() => lines.length).toBeGreaterThan(5); // in the middle of its work, however slow the machine is
    child.kill("SIGKILL");
  }
  expect(await Promise.all(killed.map(({ ended }) => ended))).toEqual([
    "SIGKILL",
    "SIGKILL",
    "SIGKILL",
    "SIGKILL",
  ]);
  const reported = killed.reduce((sum, { lines }) => sum + lines.length, 0);
  const counted = Number(await read(fileStore(folder), "counter"));
  expect(reported).toBeGreaterThan(20);
  expect(counted).toBeGreaterThanOrEqual(reported);
  expect(counted).toBeLessThanOrEqual(reported + killed.length); // one at most was under way in each

  const survivor = writer.start([folder, "count", "survivor", "20"]);
  expect(await survivor.ended).toBe(0);
  expect(await read(fileStore(folder), "counter")).toBe(String(counted + 20));
  expect((await readdir(join(folder, "counter~"))).length).toBeLessThanOrEqual(6);
});
