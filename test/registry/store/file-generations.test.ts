/** A writer that slept: it looked at a generation long ago, and wakes up to make the next one. */
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { addGeneration, readNewest } from "../../../registry/store/file-generations.ts";
import { bytesOf, textOf } from "./writes.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "radlite-generations-"));
  await mkdir(join(folder, ".tmp"));
  return () => rm(folder, { recursive: true, force: true });
});

const add = (newest: number, text: string | undefined): Promise<boolean> =>
  addGeneration(
    join(folder, "key"),
    newest,
    text === undefined ? undefined : bytesOf(text),
    join(folder, ".tmp"),
  );

test("never wins, however long ago it looked, and changes nothing", async () => {
  for (let newest = 0; newest < 30; newest++) {
    expect(await add(newest, newest === 12 ? undefined : `generation ${newest + 1}`)).toBe(true);
    for (let seen = 0; seen <= newest; seen++) {
      expect([newest + 1, seen, await add(seen, "the sleeper's")]).toEqual([newest + 1, seen, false]);
      if (seen > 0) expect([newest + 1, seen, await add(seen, undefined)]).toEqual([newest + 1, seen, false]);
    }
    const { number, bytes } = await readNewest(join(folder, "key"));
    expect([number, textOf(bytes)]).toEqual([
      newest + 1,
      newest === 12 ? undefined : `generation ${newest + 1}`,
    ]);
  }
  expect(await readdir(join(folder, ".tmp"))).toEqual([]);
  expect((await readdir(join(folder, "key~"))).length).toBeLessThanOrEqual(6);
});

test("also when it had begun to write before the others went on", async () => {
  for (let newest = 0; newest < 3; newest++) await add(newest, `generation ${newest + 1}`);
  const sleepers = Array.from({ length: 4 }, () => add(3, "a sleeper's"));
  const first = (await Promise.all(sleepers)).filter(Boolean);
  expect(first).toHaveLength(1);
});
