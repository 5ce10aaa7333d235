/**
 * The command line as people run it: a child process in a folder of its own, and the files to try it on. The
 * sealed model answers by the mean grey of a picture, so what it must say is worked out by hand.
 */
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { CALIBRATION, meanGreyNetwork, sealed } from "../model/verdict/sample-network.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const RADIOGRAPHS = join(ROOT, "test/fixtures/radiographs");
export const IMAGES = join(ROOT, "test/fixtures/images");

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  nodeArgs?: string[];
  program?: string;
}

/** Runs `radlite` with these arguments to its end. */
export function runRadlite(args: string[], options: RunOptions = {}): Promise<Outcome> {
  const { cwd = ROOT, env = {}, nodeArgs = [], program = join(ROOT, "cli/radlite.mjs") } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeArgs, program, ...args], {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, RADLITE_DEBUG: "", ...env },
    });
    const outcome: Outcome = { code: -1, stdout: "", stderr: "" };
    child.stdout.on("data", (text) => (outcome.stdout += text));
    child.stderr.on("data", (text) => (outcome.stderr += text));
    child.once("error", reject);
    child.once("close", (code) => resolve({ ...outcome, code: code ?? -1 }));
  });
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder, gone when the test file has run. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "radlite-cli-"));
  folders.push(folder);
  return folder;
}

/** An empty folder with a sealed model in it: logit = mean grey / 10 - 12, temperature 2, threshold one half. */
export function makeWorkplace(): { folder: string; model: string; bytes: Uint8Array } {
  const folder = makeFolder();
  const model = join(folder, "model.rlm");
  const bytes = sealed(meanGreyNetwork([0.1], [-12]), { ...CALIBRATION, thresholdRule: { kind: "half" } });
  writeFileSync(model, bytes);
  return { folder, model, bytes };
}

/** NORMAL/ and PNEUMONIA/ with two radiographs each. */
export function layOutData(folder: string): string {
  const data = join(folder, "data");
  const classes = {
    NORMAL: ["IM-0115-0001.jpeg", "NORMAL2-IM-0383-0001.jpeg"],
    PNEUMONIA: ["person1000_virus_1681.jpeg", "person1_bacteria_1.jpeg"],
  };
  for (const [name, files] of Object.entries(classes)) {
    mkdirSync(join(data, name), { recursive: true });
    for (const file of files) copyFileSync(join(RADIOGRAPHS, file), join(data, name, file));
  }
  return data;
}
