import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { releaseLock, takeLock } from "@radlite/training/lock-file";
import { expect, test } from "vitest";
import { holdLock } from "../../../training/fetch/lock.ts";
import { makeFolder } from "./file-server.ts";

const RACER = join(import.meta.dirname, "lock-racer.mjs");
const RACERS = 12;
const ROUNDS = 25;
const DEAD = 4194305; // above every process number

test("one of many processes that race for a lock, dead ones among them, is inside at any time", async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, "lock"), String(DEAD));

  const racers = Array.from({ length: RACERS }, () =>
    promisify(execFile)(process.execPath, [RACER, folder, String(ROUNDS)]),
  );
  const held = (await Promise.all(racers)).map(({ stdout }) => Number(stdout));

  expect(held).toEqual(Array(RACERS).fill(ROUNDS));
});

test("a lock that a living process holds names it, and is left as it is", async () => {
  const folder = makeFolder();
  const lock = join(folder, "lock");
  writeFileSync(lock, String(process.ppid));

  expect(await takeLock(lock)).toBe(process.ppid);
  expect(readFileSync(lock, "utf8")).toBe(String(process.ppid));
  expect(readdirSync(folder)).toEqual(["lock"]);
  await expect(holdLock(lock, "a file", async () => "in")).rejects.toMatchObject({ code: "CONFLICT" });
});

test.each([
  ["of a dead process", `${DEAD} 0f3a`],
  ["of an earlier process of this one's number", `${process.pid} 0f3a`],
  ["that was never finished", ""],
  ["of a group of processes", "0"],
])("a lock %s is taken over, and nothing stays behind", async (_, content) => {
  const folder = makeFolder();
  const lock = join(folder, "lock");
  writeFileSync(lock, content);

  expect(await takeLock(lock)).toBeUndefined();
  expect(await takeLock(lock)).toBe(process.pid);
  await releaseLock(lock);
  expect(readdirSync(folder)).toEqual([]);
});

test("whoever died while taking a lock over does not keep the next from it", async () => {
  const folder = makeFolder();
  const lock = join(folder, "lock");
  const dead = `${DEAD} a`;
  const claim = `${lock}.${createHash("sha256").update(dead).digest("hex").slice(0, 16)}`;
  for (const path of [lock, claim]) writeFileSync(path, dead);

  expect(await takeLock(lock)).toBeUndefined();
  expect(readFileSync(lock, "utf8")).toMatch(new RegExp(`^${process.pid} `));
  await releaseLock(lock);
  expect(readdirSync(folder)).toEqual([]);
});
