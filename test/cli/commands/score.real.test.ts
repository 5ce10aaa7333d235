/** `radlite score` as people run it, on folders with all that lies about in folders. */
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { IMAGES, makeWorkplace, RADIOGRAPHS, ROOT, runRadlite } from "../program.ts";

interface Line {
  file: string;
  sha256?: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a line says, as JSON has it
  answer?: any;
  error?: { code: string; reason?: string; message: string };
}

const readLines = (path: string): Line[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

/** All but what a clock says. */
const untimed = (lines: Line[]) =>
  lines.map(({ answer, ...line }) => ({ ...line, ...(answer && { answer: { ...answer, timing: 0 } }) }));

test("every file of a tree has its line, in the order of names, whatever it is; exit code 3", async () => {
  const { folder, model } = makeWorkplace();
  const films = join(folder, "films");
  mkdirSync(join(films, "b", "deep"), { recursive: true });
  copyFileSync(join(RADIOGRAPHS, "IM-0115-0001.jpeg"), join(films, "b", "deep", "normal.jpeg"));
  copyFileSync(join(IMAGES, "grey-8.png"), join(films, "a.png"));
  writeFileSync(join(films, "notes.txt"), "no radiograph");
  writeFileSync(join(films, ".hidden"), "nobody looks here");
  execFileSync("mkfifo", [join(films, "pipe")]);
  symlinkSync("../..", join(films, "b", "deep", "circle"));
  symlinkSync("lost", join(films, "dangling"));
  writeFileSync(join(films, "huge.dcm"), "");
  truncateSync(join(films, "huge.dcm"), 2 ** 36);
  const out = join(films, "scores.jsonl"); // among them, and none of them

  const { code, stdout } = await runRadlite(["score", films, "--out", out, "--model", model]);

  expect(code).toBe(3);
  const lines = readLines(out);
  expect(lines.map(({ file, error }) => [file, error?.reason ?? error?.code])).toEqual([
    ["a.png", undefined],
    ["b/deep/normal.jpeg", undefined],
    ["dangling", "NOT_FOUND"],
    ["huge.dcm", "TOO_LARGE"],
    ["notes.txt", "NOT_AN_IMAGE"],
    ["pipe", "NOT_FOUND"],
  ]);
  expect(stdout).toMatch(
    /^6 files: 0 NORMAL, 2 PNEUMONIA, 0 NEEDS_REVIEW; 4 without an answer: 2 NOT_FOUND, 1 TOO_LARGE, 1 NOT_AN_IMAGE$/m,
  );
  expect(stdout).toMatch(/^6 scored in \d+\.\d s, \d+\.\d a second, by \d+ threads$/m);

  const asked = ["classify", join(films, "a.png"), "--model", model, "--json"];
  const classified = JSON.parse((await runRadlite(asked)).stdout);
  const { file: _, timing, ...result } = classified.results[0];
  const { answer, sha256 } = lines[0]!;
  expect(answer).toMatchObject({ ...result, model: classified.model, notice: classified.notice });
  expect(Object.keys(answer.timing)).toEqual(expect.arrayContaining(Object.keys(timing)));
  expect(sha256).toBe(answer.input.sha256);
});

test("a run that was killed goes on behind its last whole line, with the model it began with alone", async () => {
  const { folder, model } = makeWorkplace();
  const films = join(folder, "films");
  mkdirSync(films);
  const names = Array.from({ length: 100 }, (_, at) => `${String(at).padStart(3, "0")}.jpeg`);
  for (const name of names) copyFileSync(join(RADIOGRAPHS, "IM-0115-0001.jpeg"), join(films, name));
  const out = join(folder, "scores.jsonl");
  const args = ["score", films, "--out", out, "--model", model, "--workers", "1"];

  const child = spawn(process.execPath, [join(ROOT, "cli/radlite.mjs"), ...args], { stdio: "ignore" });
  const size = () => statSync(out, { throwIfNoEntry: false })?.size ?? 0;
  await expect.poll(size, { interval: 5 }).toBeGreaterThan(0);
  child.kill("SIGKILL");
  await once(child, "exit");
  const kept = readFileSync(out, "utf8");
  const begun = kept.slice(0, kept.lastIndexOf("\n") + 1);
  expect(begun.split("\n").length).toBeLessThan(names.length); // otherwise nothing is left to go on with
  appendFileSync(out, '{"file":"00'); // as a kill in the middle of a line leaves it

  const other = await runRadlite([...args, "--on-review", "answer"]);
  expect(other).toMatchObject({ code: 1, stdout: "" });
  expect(other.stderr).toMatch(/CONFLICT: .* was begun with another --on-review \(none, now answer\)/);
  const { code, stdout, stderr } = await runRadlite([...args, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = readLines(out);
  expect(lines.map(({ file }) => file)).toEqual(names);
  expect(readFileSync(out, "utf8").startsWith(begun)).toBe(true);
  const before = begun.split("\n").length - 1;
  expect(JSON.parse(stdout)).toMatchObject({ files: 100, scored: 100 - before, failed: {}, workers: 1 });

  const piped = await runRadlite(["score", films, "--out", "-", "--model", model]);
  expect(
    untimed(
      piped.stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ),
  ).toEqual(untimed(lines));
  expect(piped.stderr).toMatch(/^100 files: /m);
});

test("where there is no room for the lines it says so, and goes on when there is", async () => {
  const { folder, model } = makeWorkplace();
  const films = join(folder, "films");
  mkdirSync(films);
  const names = ["a.jpeg", "b.jpeg", "c.jpeg", "d.jpeg"];
  for (const name of names) copyFileSync(join(RADIOGRAPHS, "IM-0115-0001.jpeg"), join(films, name));
  const out = join(folder, "scores.jsonl");
  const args = ["score", films, "--model", model, "--out"];
  const inShell = (script: string, to: string) =>
    new Promise<{ code: number; stderr: string }>((resolve) => {
      const command = [process.execPath, join(ROOT, "cli/radlite.mjs"), ...args, to];
      execFile("bash", ["-c", script, ...command], (error, _, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stderr }),
      );
    });

  const limited = await inShell('ulimit -f 1; exec "$0" "$@"', out); // KiB, which end within a line
  const stdout = await inShell('"$0" "$@" > /dev/full', "-");

  expect(limited).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^radlite: UNAVAILABLE: the limit on the size of files is reached/m),
  });
  expect(readFileSync(out, "utf8")).toHaveLength(1024);
  expect(stdout).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^radlite: UNAVAILABLE: there is no room left on the disk/m),
  });
  expect(await runRadlite([...args, out])).toMatchObject({ code: 0 });
  expect(readLines(out).map(({ file }) => file)).toEqual(names);
});

test("an empty folder, what is none, a foreign file and a second writer are each said", async () => {
  const { folder, model } = makeWorkplace();
  mkdirSync(join(folder, "empty"));
  writeFileSync(join(folder, "letters.txt"), "dear colleague,\n");
  const score = (place: string, out: string) =>
    runRadlite(["score", join(folder, place), "--out", join(folder, out), "--model", model]);
  const [empty, file, foreign] = await Promise.all([
    score("empty", "a.jsonl"),
    score("model.rlm", "a.jsonl"),
    score(".", "letters.txt"),
  ]);
  expect(empty).toMatchObject({ code: 1, stderr: expect.stringMatching(/NOT_FOUND: there is no file in /) });
  expect(file).toMatchObject({ code: 2, stderr: expect.stringMatching(/BAD_INPUT: .* is no folder: /) });
  expect(foreign).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/CONFLICT: line 1 of .* is none of/),
  });
  expect(readFileSync(join(folder, "letters.txt"), "utf8")).toBe("dear colleague,\n");
  writeFileSync(join(folder, "b.jsonl.lock"), `${process.pid} somebody`);
  const second = await score(".", "b.jsonl");
  expect(second.stderr).toContain(`CONFLICT: process ${process.pid} writes to`);
});
