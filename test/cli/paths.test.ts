/**
 * Every path that a command takes, named wrongly: not there, a file where a folder is meant, a folder where a file is
 * meant, and a place where nothing can be written. Each is answered by an error of ours that names the path and says
 * what is wrong with it in words, before any work is done.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RadliteError } from "@radlite/model/errors";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { CALIBRATION, meanGreyNetwork, sealed } from "../model/verdict/sample-network.ts";
import { runHere } from "./in-process.ts";

const FILM = "test/fixtures/dicom/explicit-8.dcm";
const RADIOGRAPHS = "test/fixtures/radiographs";
const GATE = "registry/shipped/gates/chest-xray.rlg";
const place = mkdtempSync(join(tmpdir(), "radlite-paths-"));
const at = (name: string) => join(place, name);

beforeAll(() => {
  vi.stubEnv("RADLITE_STORE", `file:${at("store")}`);
  vi.stubEnv("RADLITE_CACHE", at("cache"));
  writeFileSync(at("file"), "a file");
  for (const folder of ["folder", "empty", "data/NORMAL", "data/PNEUMONIA"])
    mkdirSync(at(folder), { recursive: true });
  for (const [label, name] of [
    ["NORMAL", "IM-0115-0001.jpeg"],
    ["PNEUMONIA", "person1_bacteria_1.jpeg"],
  ])
    writeFileSync(at(`data/${label}/${name}`), readFileSync(join(RADIOGRAPHS, name!)));
  writeFileSync(
    at("model.rlm"),
    sealed(meanGreyNetwork([0.1], [-12]), { ...CALIBRATION, thresholdRule: { kind: "half" } }),
  );
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(place, { recursive: true });
});

const run = async (line: string): Promise<unknown> =>
  (await runHere(line.split(" ").map((word) => word.replace("{", `${place}/`).replace("}", "")))).error;

const M = "{model.rlm}";
const DATA = "--data {data}";
const NO_FILE = /there is no (such |recipe )?f/i;
const IS_FILE = /a file lies where a folder was expected|it holds neither/;
const IS_FOLDER = /it is a folder|version.json cannot be read \(there is no such file or folder\)/;

test.each<[string, string, RegExp]>([
  ...[
    `evaluate ${M} --data {nope}`,
    `robustness ${M} --data {nope}`,
    `gate report ${GATE} --inside {nope}`,
    `gate report ${GATE} --outside {nope}`,
    "gate fit --data {nope} --out {g.rlg} --population children",
    "data check {nope}",
    `classify ${FILM} --model ${M} --gate {nope}`,
    `evaluate ${M} ${DATA} --gate {nope}`,
    "gate report {nope} --inside {data}",
    "inspect {nope}",
    "export {nope} --onnx {x.onnx}",
    "report {nope} --out {o}",
    `report ${FILM} --model {nope} --out {o}`,
    "registry set-gate chest-xray {nope}",
    `sweep {nope} ${DATA} --out {o}`,
    `train {nope.yaml} ${DATA} --out {o}`,
    `reproduce {nope} ${DATA} --out {o}`,
  ].map((line) => ["what is not there", line, NO_FILE] as [string, string, RegExp]),
  ...[
    `evaluate ${M} --data {file}`,
    `robustness ${M} --data {file}`,
    `gate report ${GATE} --inside {file}`,
    `gate report ${GATE} --outside {file}`,
    "gate fit --data {file} --out {g.rlg} --population children",
    "data check {file}",
    `report ${FILM} --model ${M} --out {file}`,
    `report ${FILM} --model ${M} --out {file/sub}`,
    `train smoke ${DATA} --out {file}`,
    `train smoke ${DATA} --out {file/sub}`,
    "registry card --shipped --best --out {file}",
  ].map((line) => ["a file where a folder is meant", line, IS_FILE] as [string, string, RegExp]),
  ...[
    "inspect {folder}",
    `export ${M} --onnx {folder}`,
    "gate report {folder} --inside {data}",
    `gate fit ${DATA} --out {folder} --population children`,
    `report {folder} --model ${M} --out {o}`,
    "registry set-gate chest-xray {folder}",
    `train {folder} ${DATA} --out {o}`,
    `evaluate ${M} ${DATA} --scores {folder}`,
    `robustness ${M} ${DATA} --out {folder}`,
    `damage ${M} ${M} --out {folder}`,
    "front --svg {folder}",
    `sensitivity ${M} ${DATA} --svg {folder}`,
    "data check {data} --html {folder}",
    "registry card residual-64-tiny --shipped --out {folder}",
    `classify {data/NORMAL/IM-0115-0001.jpeg} --model ${M} --explain {folder}`,
    `classify ${FILM} --model ${M} --gate {folder}`,
    `sweep {folder} ${DATA} --out {o}`,
  ].map((line) => ["a folder where a file is meant", line, IS_FOLDER] as [string, string, RegExp]),
  ...[
    `export ${M} --onnx {nope/y.onnx}`,
    `evaluate ${M} ${DATA} --scores {nope/s.csv}`,
    `robustness ${M} ${DATA} --out {nope/s.svg}`,
    `damage ${M} ${M} --out {nope/d.html}`,
    "front --svg {nope/f.svg}",
    `sensitivity ${M} ${DATA} --svg {nope/s.svg}`,
    "data check {data} --html {nope/x.html}",
    "registry card residual-64-tiny --shipped --out {nope/c.md}",
    `classify {data/NORMAL/IM-0115-0001.jpeg} --model ${M} --explain {nope/x.png}`,
    `gate fit ${DATA} --out /proc/x/g.rlg --population children`,
    `report ${FILM} --model ${M} --out /proc/x`,
    "registry card --shipped --best --out /proc/x",
    `train smoke ${DATA} --out /proc/x`,
  ].map((line) => ["where nothing can be written", line, NO_FILE] as [string, string, RegExp]),
])("%s: radlite %s", async (_kind, line, words) => {
  const error = (await run(line)) as RadliteError;
  expect(error).toBeInstanceOf(RadliteError);
  expect(["BAD_INPUT", "NOT_FOUND"]).toContain(error.code);
  expect(error.message).toMatch(words);
  expect(error.message).not.toMatch(/\bE[A-Z]{4,}\b/);
});
