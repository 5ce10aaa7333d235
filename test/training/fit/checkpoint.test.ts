import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readCheckpoint, writeCheckpoint } from "../../../training/fit/checkpoint.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "radlite-checkpoint-"));
  path = join(folder, "run", "checkpoint.bin");
});
afterEach(() => rm(folder, { recursive: true }));

test("comes back bit for bit, denormals and negative zero included", async () => {
  const state = {
    epochs: 3,
    weights: [Float32Array.of(1 / 3, -0, 1e-42), new Float32Array(0)],
    best: undefined,
  };

  await writeCheckpoint(path, "recipe a", state);

  const read = await readCheckpoint<typeof state>(path, "recipe a");
  expect(read).toEqual(state);
  expect(Object.is(read!.weights[0]![1], -0)).toBe(true);
});

test("replaces the one before and leaves no draft", async () => {
  await writeCheckpoint(path, "recipe a", { epochs: 1 });
  await writeCheckpoint(path, "recipe a", { epochs: 2 });

  expect(await readCheckpoint(path, "recipe a")).toEqual({ epochs: 2 });
  expect(await readdir(join(path, ".."))).toEqual(["checkpoint.bin"]);
});

test("that cannot be written is named, and leaves no draft to fill the disk", async () => {
  await mkdir(path, { recursive: true }); // a folder in its place: the last step fails

  await expect(writeCheckpoint(path, "recipe a", { epochs: 1 })).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining(`The checkpoint ${path} cannot be written: it is a folder.`),
  });
  expect(await readdir(join(path, ".."))).toEqual(["checkpoint.bin"]);
});

test("is absent, not an error, before the first", async () => {
  expect(await readCheckpoint(path, "recipe a")).toBeUndefined();
});

test("of another recipe is refused", async () => {
  await writeCheckpoint(path, "recipe a", { epochs: 1 });

  await expect(readCheckpoint(path, "recipe b")).rejects.toMatchObject({ code: "CONFLICT" });
});

test("cut short is said to be damaged", async () => {
  await writeCheckpoint(path, "recipe a", { weights: [new Float32Array(100)] });
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, bytes.length - 8));

  await expect(readCheckpoint(path, "recipe a")).rejects.toMatchObject({ code: "BAD_INPUT" });
});
