/**
 * The classify function of a checkout as its zip has it: laid out elsewhere, with the files that serverless.yml names,
 * so that no thread lies beside it and packages are found as they are there.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

/** Of a checkout that is built. */
export const PROGRAM = "dist/functions/classify.mjs";

export interface FirstAnswer {
  statusCode: number;
  /** Of the whole process, user and system, since it began. */
  cpuMs: number;
  body: string;
}

/** @returns the path of its program */
export async function layOut(checkout: string, folder: string): Promise<string> {
  const program = join(folder, PROGRAM);
  await mkdir(join(folder, "dist/functions"), { recursive: true });
  await cp(join(checkout, PROGRAM), program);
  await cp(join(checkout, "dist/model"), join(folder, "dist/model"), { recursive: true });
  await symlink(resolve(checkout, "node_modules"), join(folder, "node_modules"));
  return program;
}

export interface Asked {
  /** Where the event is written for the process to read. */
  folder: string;
  event: unknown;
  environment: Record<string, string>;
}

/** What a process of its own answers, and what that cost it. */
export async function askCold(program: string, { folder, event, environment }: Asked): Promise<FirstAnswer> {
  const file = join(folder, "event.json");
  await writeFile(file, JSON.stringify(event));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["bench/cold/first-answer.mjs", program, file],
    { env: { PATH: process.env.PATH, NODE_NO_WARNINGS: "1", IS_OFFLINE: "true", ...environment } },
  );
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as FirstAnswer;
}
