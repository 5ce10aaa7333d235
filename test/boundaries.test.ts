/**
 * Who may import whom: the table of rooms.ts, checked against every import in the tree (static, dynamic, re-exports
 * and types, by a real parser). A file that belongs to no row fails too, and so does one that grew past 400 lines.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { facesOf, files, importsOf, ROOT, targetOf } from "./imports.ts";
import { EVERY_ROOM, ROOMS, type Room } from "./rooms.ts";

const MAX_LINES = 400;
const CONFIGURATION = ["vitest.config.ts", "serverless-offline-binary.mjs"];

const roomOf = (path: string): Room | undefined =>
  ROOMS.find(({ folder }) => path === folder || path.startsWith(`${folder}/`));

const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

function complaint(room: Room, file: string, specifier: string): string | undefined {
  const target = targetOf(file, specifier);
  if (target !== undefined) {
    if (target === "model/errors.ts" || room.imports === EVERY_ROOM) return undefined;
    const other = roomOf(target);
    if (other === room) return undefined;
    return other && room.imports.includes(other.folder) ? undefined : `may not import ${target}`;
  }
  if (specifier.startsWith("node:"))
    return room.node ? undefined : `must run in a browser, names ${specifier}`;
  if (room.packages === EVERY_ROOM) return undefined;
  const name = packageOf(specifier);
  const allowed = room.packages.some((known) =>
    known.endsWith("*") ? name.startsWith(known.slice(0, -1)) : known === name,
  );
  return allowed ? undefined : `may not name the package ${name}`;
}

// Reads and parses every file, which takes long on a busy machine.
test("every import stays inside the table", { timeout: 240_000 }, () => {
  const complaints = files.flatMap((file) => {
    const room = roomOf(file);
    if (!room) return CONFIGURATION.includes(file) ? [] : [`${file}: belongs to no room`];
    return importsOf(file).flatMap((specifier) => {
      const found = complaint(room, file, specifier);
      return found ? [`${file}: ${found}`] : [];
    });
  });
  expect(complaints).toEqual([]);
});

test("the table can say no", () => {
  const room = (folder: string) => ROOMS.find((one) => one.folder === folder)!;
  expect(complaint(room("model/format"), "model/format/a.ts", "node:fs")).toMatch(/browser/);
  expect(complaint(room("functions"), "functions/a.ts", "../training/runs/run.ts")).toMatch(
    /may not import training/,
  );
  expect(complaint(room("registry/log"), "registry/log/a.ts", "@aws-sdk/client-s3")).toMatch(/may not name/);
  expect(complaint(room("model/verdict"), "model/verdict/a.ts", "@radlite/model/input")).toMatch(
    /may not import model\/input/,
  );
  expect(complaint(room("console"), "console/classify/a.ts", "../../functions/serving/guard.ts")).toMatch(
    /may not import functions\/serving\/guard/,
  );
  expect(complaint(room("training/fit"), "training/fit/a.ts", "@tensorflow/tfjs-node")).toBeUndefined();
  expect(complaint(room("training/data"), "training/data/a.ts", "@tensorflow/tfjs-node")).toMatch(
    /may not name the package @tensorflow\/tfjs-node/,
  );
  expect(complaint(room("training/fit"), "training/fit/a.ts", "../freeze/freeze.ts")).toMatch(
    /may not import training\/freeze/,
  );
});

/** Rooms that the fuzzer knows from inside: it makes files that are wrong in one place. */
const FUZZED = ["model/format/", "model/input/"];

const WORKSPACES = ["model", "training", "registry", "functions", "cli", "console"];

/** What a test does wrong where it names a file of a room by its path. */
function complaintOfTest(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const target = targetOf(file, specifier)!;
  const [workspace = "", folder = ""] = target.split("/");
  if (!WORKSPACES.includes(workspace)) return undefined;
  const face = Object.entries(facesOf(workspace)).find(([, path]) => join(workspace, path) === target);
  if (face) return `may name ${target} as @radlite/${join(workspace, face[0])}`;
  const isFuzzed = file.startsWith("test/fuzz/") && FUZZED.some((room) => target.startsWith(room));
  const mirror = `test/${["functions", "cli", "console"].includes(workspace) ? workspace : join(workspace, folder)}/`;
  if (isFuzzed || file.startsWith(mirror)) return undefined;
  return `may not import ${target}: only its room's face, or from a test in ${mirror}`;
}

test("a test reaches a room by its face, and a file inside only from the folder that mirrors the room", () => {
  const tests = files.filter((file) => file.startsWith("test/"));
  const complaints = tests.flatMap((file) =>
    importsOf(file).flatMap((specifier) => {
      const found = complaintOfTest(file, specifier);
      return found ? [`${file}: ${found}`] : [];
    }),
  );
  expect(complaints).toEqual([]);
  expect(complaintOfTest("test/model/engine/a.test.ts", "../../../model/format/counts.ts")).toMatch(
    /only its room's face, or from a test in test\/model\/format\//,
  );
  expect(complaintOfTest("test/model/format/a.test.ts", "../../../model/format/index.ts")).toMatch(
    /as @radlite\/model\/format/,
  );
  expect(complaintOfTest("test/model/format/a.test.ts", "../../../model/format/counts.ts")).toBeUndefined();
});

test(`no source file is longer than ${MAX_LINES} lines`, () => {
  const long = files.filter(
    (file) => readFileSync(join(ROOT, file), "utf8").split("\n").length > MAX_LINES + 1,
  );
  expect(long).toEqual([]);
});
