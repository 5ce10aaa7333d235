import { existsSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeFolder } from "@radlite/registry/store";
import { expect, test } from "vitest";

const makeTemporary = () => mkdtemp(join(tmpdir(), "radlite-folder-"));

test("a folder is made with all above it, by several at once", async () => {
  const path = join(await makeTemporary(), "a", "b", "c");
  await Promise.all(Array.from({ length: 8 }, () => makeFolder(path)));
  expect(existsSync(path)).toBe(true);
  await makeFolder(path);
});

test("a file in the way is named", async () => {
  const root = await makeTemporary();
  await writeFile(join(root, "a"), "");
  await expect(makeFolder(join(root, "a", "b"))).rejects.toThrow(/EEXIST|ENOTDIR/);
});

test.runIf(existsSync("/proc/self"))("where nothing can be made it comes to an end", async () => {
  await expect(makeFolder("/proc/x/y/z")).rejects.toThrow(/mkdir '\/proc\/x'/);
});
