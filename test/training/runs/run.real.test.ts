import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { open } from "@radlite/model/format";
import type { Evaluation, VersionFacts } from "@radlite/registry/bundle";
import { parseRecipe } from "@radlite/training/recipes";
import { openTeacher, trainRecipe } from "@radlite/training/run";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTemporaryFolder, type TemporaryFolder, writeClasses } from "../data/folders.ts";

const RADLITE = fileURLToPath(new URL("../../../cli/radlite.mjs", import.meta.url));

const SOURCE = `
name: tiny
description: A few seconds from files to a bundle.
architecture:
  family: residual
  stem: { width: 4 }
  body:
    - { width: 4 }
    - { width: 6 }
input: { size: 16 }
validation: { fraction: 0.25 }
fit: { epochs: 6, batch: 16, rate: 0.01, averaging: 0.9, weightDecay: 0.1 }
augment: { shift: 0.1, zoom: 0.1, noise: 4, jpegQuality: 60 }
stages:
  - { name: cluster, bits: 3, epochs: 1 }
  - { name: huffman }
`;

let folder: TemporaryFolder;
let dataFolder: string;
let work: string;
/** What SOURCE trains, uninterrupted. Not to be written to. */
let whole: string;

beforeAll(async () => {
  folder = await openTemporaryFolder();
  dataFolder = join(folder.path, "data");
  work = join(folder.path, "work");
  const numbers = Array.from({ length: 40 }, (_, at) => at);
  await writeClasses(folder, "data/test", {
    NORMAL: ["IM-0001-0001.jpeg", "IM-0002-0001.jpeg"],
    PNEUMONIA: ["person1_virus_1.jpeg", "person2_virus_2.jpeg", "person3_virus_3.jpeg"],
  });
  await writeClasses(folder, "data/train", {
    NORMAL: numbers.map((at) => `IM-${1000 + (at >> 1)}-000${at % 2}.jpeg`), // two of a patient
    PNEUMONIA: numbers.map((at) => `person${at >> 1}_virus_${at}.jpeg`),
  });
  await folder.write("work/tiny.yaml", SOURCE);
  whole = await train(join(work, "whole"));
});

afterAll(() => folder.remove());

async function train(outFolder: string): Promise<string> {
  const recipe = { recipe: parseRecipe(SOURCE, "tiny.yaml"), source: SOURCE };
  return (await trainRecipe({ recipe, dataFolder, outFolder })).bundle;
}

async function readJson<T>(...path: string[]): Promise<T> {
  return JSON.parse(await readFile(join(...path), "utf8")) as T;
}

async function digest(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

test("the bundle's parts agree with each other, the parent's too", async () => {
  for (const folder of [whole, join(whole, "parent")]) {
    const bytes = await readFile(join(folder, "model.rlm"));
    const version = await readJson<VersionFacts>(folder, "version.json");
    const evaluation = await readJson<Evaluation>(folder, "validation.json");
    const { calibration } = open(bytes);
    expect(version).toMatchObject({ sizeBytes: bytes.length, model: "chest-xray", recipe: { name: "tiny" } });
    expect(version.sha256).toBe(await digest(join(folder, "model.rlm")));
    expect(version.recipe.digest).toBe(await digest(join(folder, "recipe.yaml")));
    expect(evaluation).toMatchObject({ artifact: version.sha256, set: "validation", thresholdRule: "half" });
    const test = await readJson<Evaluation>(folder, "test.json");
    expect(test).toMatchObject({
      artifact: version.sha256,
      set: "test",
      temperature: evaluation.temperature,
    });
    expect(
      test.cases
        .map(({ label }) => label)
        .sort()
        .join(),
    ).toBe("NORMAL,NORMAL,PNEUMONIA,PNEUMONIA,PNEUMONIA");
    expect(evaluation.cases.length + version.trainedOn.count).toBe(80);
    const called = evaluation.cases.filter(({ probability }) => probability >= calibration!.threshold);
    expect(called.filter(({ label }) => label === "PNEUMONIA")).toHaveLength(
      calibration!.validation.truePositives,
    );
    expect(called.filter(({ label }) => label === "NORMAL")).toHaveLength(
      calibration!.validation.falsePositives,
    );
  }
  const version = await readJson<VersionFacts>(whole, "version.json");
  const parent = await readJson<VersionFacts>(whole, "parent", "version.json");
  expect(version.parent).toBe(parent.sha256);
  expect(version.stages.map(({ name }) => name)).toEqual(["cluster", "huffman"]);
  expect(parent.stages).toEqual([]);
  expect(version.sizeBytes).toBeLessThan(parent.sizeBytes / 3);
});

test("a student's bundle names its teacher; with all weight on the labels it is the untaught network", async () => {
  const teacherBytes = await readFile(join(whole, "model.rlm"));
  const teach = async (weight: number) => {
    const source = `${SOURCE}distil: { teacher: any, temperature: 2, weight: ${weight} }\n`;
    const recipe = { recipe: parseRecipe(source, "taught.yaml"), source };
    const outFolder = join(work, `taught-${weight}`);
    return (
      await trainRecipe({ recipe, dataFolder, outFolder, teachers: [openTeacher(teacherBytes, "whole")] })
    ).bundle;
  };

  const [taught, byLabels] = [await teach(0.1), await teach(1)];

  for (const folder of [taught, join(taught, "parent")]) {
    const version = await readJson<VersionFacts>(folder, "version.json");
    const teacher = await digest(join(whole, "model.rlm"));
    expect(version.teacher).toBe(teacher);
    expect(version.stages[0]).toEqual({
      name: "distil",
      options: { teachers: [teacher], temperature: 2, weight: 0.1 },
      summary: {},
    });
  }
  expect(await digest(join(byLabels, "model.rlm"))).toBe(await digest(join(whole, "model.rlm")));
  expect(await digest(join(taught, "model.rlm"))).not.toBe(await digest(join(whole, "model.rlm")));
});

test("a teacher for a recipe that learns from none is refused", async () => {
  const recipe = { recipe: parseRecipe(SOURCE, "tiny.yaml"), source: SOURCE };
  const teachers = [openTeacher(await readFile("registry/shipped/residual-64-small/model.rlm"), "small")];

  await expect(trainRecipe({ recipe, dataFolder, outFolder: join(work, "none"), teachers })).rejects.toThrow(
    /tiny learns from no teacher/,
  );
});

test("killed in the middle and resumed, the command ends in the digest of an uninterrupted run", async () => {
  const killed = startCommand(join(work, "killed"));
  await waitForLine(killed, /^epoch 3\/6/m);
  killed.kill("SIGKILL");
  const resumed = startCommand(join(work, "killed"), "--resume");
  const lines = await waitForLine(resumed, /is ready/);

  expect(lines).not.toMatch(/^epoch 2\/6/m);
  expect(await digest(join(work, "killed", "model.rlm"))).toBe(await digest(join(whole, "model.rlm")));
  expect(await digest(join(work, "killed", "parent", "model.rlm"))).toBe(
    await digest(join(whole, "parent", "model.rlm")),
  );
});

test("SIGINT ends the command with a word on how to go on, and keeps what is done", async () => {
  const child = startCommand(join(work, "interrupted"));
  await waitForLine(child, /^epoch 2\/6/m);
  child.kill("SIGINT");

  const said = await waitForLine(child, /--resume goes on.*\n/);
  expect(said.trimEnd().split("\n").at(-1)).toBe("radlite: Stopped; --resume goes on from the last epoch.");
  expect(child.exitCode ?? (await once(child, "close"))[0]).toBe(130);
  expect((await readFile(join(work, "interrupted", "checkpoint.bin"))).length).toBeGreaterThan(1000);
});

test("the same command again after a kill touches nothing, and says what can be done", async () => {
  const outFolder = join(work, "again");
  const killed = startCommand(outFolder);
  await waitForLine(killed, /^epoch 2\/6/m);
  killed.kill("SIGKILL");
  await once(killed, "close");
  const before = await digest(join(outFolder, "checkpoint.bin"));

  const again = startCommand(outFolder);
  const said = await waitForLine(again, /CONFLICT.*\n/);

  expect(said).toContain(
    `radlite: CONFLICT: ${outFolder} holds a training by tiny that was stopped before its end. Go on with it by --resume, leave it behind by --fresh, or name another folder by --out.`,
  );
  expect(again.exitCode ?? (await once(again, "close"))[0]).toBe(1);
  expect(await digest(join(outFolder, "checkpoint.bin"))).toBe(before);
  const fresh = startCommand(outFolder, "--fresh");
  expect(await waitForLine(fresh, /is ready/)).toMatch(/^epoch 1\/6/m);
  const after = startCommand(outFolder); // finished: nothing would be lost
  await waitForLine(after, /^epoch 1\/6/m);
  after.kill("SIGKILL");
});

test("what a version without a note of it left of a stopped run is not overwritten either", async () => {
  const outFolder = join(work, "earlier");
  await folder.write("work/earlier/checkpoint.bin", "of a run that was killed");
  await expect(train(outFolder)).rejects.toMatchObject({
    code: "CONFLICT",
    message: expect.stringMatching(/--resume.*--fresh/),
  });
});

test("a finished run that is resumed is left as it is, and one of another recipe is not taken for it", async () => {
  const outFolder = join(work, "finished");
  await cp(whole, outFolder, { recursive: true });
  const files = ["model.rlm", "version.json", "validation.json", "test.json", "parent/validation.json"];
  const digestAll = () => Promise.all(files.map((name) => digest(join(outFolder, name))));
  const before = await digestAll();
  const resume = async (source: string) => {
    const notes: string[] = [];
    await trainRecipe({
      ...{
        recipe: { recipe: parseRecipe(source, "tiny.yaml"), source },
        dataFolder,
        outFolder,
        resume: true,
      },
      onProgress: (progress) => void (progress.kind === "note" && notes.push(progress.text)),
    });
    return notes;
  };

  expect((await resume(SOURCE)).at(-1)).toBe("it is finished already");
  expect(await digestAll()).toEqual(before); // latencies too: no evaluation was made again

  const notes = await resume(SOURCE.replace("bits: 3", "bits: 2"));
  expect(notes).not.toContain("it is finished already");
  expect(await digest(join(outFolder, "model.rlm"))).not.toBe(before[0]);
  await writeFile(join(outFolder, "model.rlm"), "cut short");
  expect(await resume(SOURCE.replace("bits: 3", "bits: 2"))).not.toContain("it is finished already");
});

test("killed within a stage and resumed, it goes on in that stage and ends in the same digest", async () => {
  const source = SOURCE.replace("bits: 3, epochs: 1", "bits: 3, epochs: 6");
  const recipe = await folder.write("work/staged.yaml", source);
  const whole = startCommandOf(recipe, join(work, "staged-whole"));
  await waitForLine(whole, /is ready/);

  const killed = startCommandOf(recipe, join(work, "staged"));
  await waitForLine(killed, /cluster: epoch 3 of 6/);
  killed.kill("SIGKILL");
  await once(killed, "close");
  const resumed = startCommandOf(recipe, join(work, "staged"), "--resume");
  const lines = await waitForLine(resumed, /is ready/);

  expect(lines).toContain("cluster goes on where it was stopped");
  expect(lines).not.toMatch(/^epoch \d\/6/m);
  expect(lines).not.toMatch(/cluster: epoch [123] of 6/);
  expect(await digest(join(work, "staged", "model.rlm"))).toBe(
    await digest(join(work, "staged-whole", "model.rlm")),
  );
  expect(existsSync(join(work, "staged", "stages"))).toBe(false);
});

function startCommand(outFolder: string, ...flags: string[]): ChildProcess {
  return startCommandOf(join(work, "tiny.yaml"), outFolder, ...flags);
}

function startCommandOf(recipe: string, outFolder: string, ...flags: string[]): ChildProcess {
  return spawn(process.execPath, [
    RADLITE,
    "train",
    recipe,
    "--data",
    dataFolder,
    "--out",
    outFolder,
    ...flags,
  ]);
}

/** What the process wrote until the line came. Rejects with it when the process ends without. */
function waitForLine(child: ChildProcess, line: RegExp): Promise<string> {
  let text = "";
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (line.test(text)) resolve(text);
      });
    }
    child.once("close", () => reject(new Error(`ended without ${line}:\n${text}`)));
  });
}
