/**
 * TypeScript programs as processes of their own, for tests in which several share one store: bundled once, run
 * with node, their output lines collected.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";

export interface Program {
  start(args: readonly string[], environment?: Record<string, string>): Running;
  dispose(): Promise<void>;
}

export interface Running {
  child: ChildProcess;
  lines: string[];
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
}

/** @param entry absolute path of a .ts file. */
export async function buildProgram(entry: string): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), "radlite-program-"));
  const outfile = join(folder, "program.mjs");
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  return {
    start(args, environment = {}) {
      const child = spawn(process.execPath, [outfile, ...args], {
        env: { ...process.env, ...environment },
        stdio: ["ignore", "pipe", "inherit"],
      });
      const lines: string[] = [];
      createInterface(child.stdout!).on("line", (line) => lines.push(line));
      const ended = new Promise<number | NodeJS.Signals>((resolve) => {
        child.once("close", (code, signal) => resolve(code ?? signal ?? 1));
      });
      return { child, lines, ended };
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}
