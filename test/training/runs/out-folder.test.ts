import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { holdOutFolder, makeOutFolder, openOutFolder } from "../../../training/runs/out-folder.ts";
import { openTemporaryFolder, type TemporaryFolder } from "../data/folders.ts";

let folder: TemporaryFolder;
let target: string;

beforeEach(async () => {
  folder = await openTemporaryFolder();
  target = join(folder.path, "runs", "one");
});
afterEach(() => folder.remove());

const writeModel = (text: string) => async (into: string) => {
  expect(await readdir(into)).toEqual([]);
  await writeFile(join(into, "model.rlm"), text);
};
const readModel = () => readFile(join(target, "model.rlm"), "utf8");

test("what is written takes the place of what was there, whole, and nothing is left beside it", async () => {
  await (await openOutFolder(target)).replace(writeModel("first"));
  await writeFile(join(target, "test.json"), "{}");

  await (await openOutFolder(`${target}/`, { resume: false })).replace(writeModel("second"));

  expect(await readModel()).toBe("second");
  expect(await readdir(target)).toEqual(["model.rlm"]);
  expect(await readdir(join(folder.path, "runs"))).toEqual(["one"]);
});

test("a failure while writing leaves what was there", async () => {
  await (await openOutFolder(target)).replace(writeModel("first"));
  const out = await openOutFolder(target);

  await expect(
    out.replace(async (into) => {
      await writeFile(join(into, "model.rlm"), "half");
      throw new Error("no space");
    }),
  ).rejects.toThrow("no space");

  expect(await readModel()).toBe("first");
});

test("killed between its two steps, the bundle before is put back by the next run", async () => {
  await (await openOutFolder(target)).replace(writeModel("first"));
  await mkdir(`${target}.partial`);
  await rename(target, join(`${target}.partial`, "before"));

  await openOutFolder(target);

  expect(await readModel()).toBe("first");
});

test("killed after them, what it had put aside is in nobody's way", async () => {
  await (await openOutFolder(target)).replace(writeModel("second"));
  await mkdir(join(`${target}.partial`, "before", "parent"), { recursive: true });

  await (await openOutFolder(target, { resume: true })).replace(writeModel("third"));

  expect(await readModel()).toBe("third");
  expect(existsSync(`${target}.partial`)).toBe(false);
});

test("progress is kept for a run that goes on, goes with one that begins anew, and is not lost by accident", async () => {
  const { progress } = await openOutFolder(target, { resume: true });
  await mkdir(progress, { recursive: true });
  await writeFile(join(progress, "1.rlm"), "a stage");

  await openOutFolder(target, { resume: true });
  await expect(openOutFolder(target)).rejects.toMatchObject({
    code: "CONFLICT",
    message: `${target} holds a compression that was stopped before its end. Go on with it by --resume, leave it behind by --fresh, or name another folder by --out.`,
  });
  expect(existsSync(join(progress, "1.rlm"))).toBe(true);
  await openOutFolder(target, { fresh: true });
  expect(existsSync(progress)).toBe(false);
});

test("a folder of other things is not taken", async () => {
  await mkdir(target, { recursive: true });
  await writeFile(join(target, "thesis.tex"), "");
  await expect(openOutFolder(target)).rejects.toMatchObject({
    code: "CONFLICT",
    message: expect.stringContaining("holds thesis.tex, which is no part of a bundle"),
  });
});

test("the folder of a training is made, and keeps what lies in it beside the bundle", async () => {
  await makeOutFolder(target);
  await writeFile(join(target, "thesis.txt"), "a chapter");
  await makeOutFolder(target);

  expect(await readdir(target)).toEqual(["thesis.txt"]);
});

test("a training is refused where its bundle would take away what is no part of one", async () => {
  await mkdir(join(target, "parent"), { recursive: true });
  await writeFile(join(target, "parent", "model.rlm"), "an earlier one");
  await writeFile(join(target, "parent", "test.json.4711"), "{"); // of a run that was killed
  await makeOutFolder(target);
  await writeFile(join(target, "parent", "thesis.txt"), "a chapter");

  await expect(makeOutFolder(target)).rejects.toMatchObject({
    code: "CONFLICT",
    message: expect.stringContaining("parent holds thesis.txt, which is no part of a bundle"),
  });
});

test("a training or compression is refused where its folder cannot be made", async () => {
  const file = await folder.write("file", "");
  const refusal = (place: string) => ({
    code: "BAD_INPUT",
    message: expect.stringMatching(
      new RegExp(
        `^Nothing can be written to ${place}: (a file lies where|there is no such|it is not allowed)`,
      ),
    ),
  });

  for (const place of [file, join(file, "below"), "/proc/radlite", "/proc/radlite/below"])
    await expect(makeOutFolder(place)).rejects.toMatchObject(refusal(place));
  for (const place of [join(file, "below"), "/proc/radlite", "/proc/radlite/below"])
    await expect(openOutFolder(place)).rejects.toMatchObject(refusal(place));
});

test("several runs may make their folders in a new one at once", async () => {
  const places = ["one", "two", "three"].map((name) => join(target, name));

  await Promise.all(places.map(makeOutFolder));

  expect((await readdir(target)).sort()).toEqual(["one", "three", "two"]);
});

test("while one makes a bundle in a folder nobody else does, by whatever name; then the next may", async () => {
  const inside = holdOutFolder(target, async () => {
    await expect(holdOutFolder(`${target}/.`, async () => "second")).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/is making a bundle in .*one\/\. too\. Wait for it/),
    });
    expect(await holdOutFolder(`${target}-2`, async () => "beside")).toBe("beside");
    throw new Error("no space");
  });

  await expect(inside).rejects.toThrow("no space");
  expect(await holdOutFolder(target, async () => "third")).toBe("third");
  expect(await readdir(join(folder.path, "runs"))).toEqual([]);
});
