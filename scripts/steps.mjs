// Runs named steps one after another with this Node and stops at the first that fails. Each step is a script
// inside the repository with its arguments; a step's own output goes straight to the terminal.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs `command` in the repository root and resolves with its exit code. */
export function runCommand(command, args, { env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", env });
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

export async function runSteps(steps) {
  for (const [name, args] of steps) {
    const startedMs = Date.now();
    console.log(`\n== ${name}`);
    const code = await runCommand(process.execPath, args);
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
    if (code !== 0) {
      console.error(`== ${name} failed after ${seconds} s`);
      process.exit(code);
    }
    console.log(`== ${name}: done in ${seconds} s`);
  }
}
