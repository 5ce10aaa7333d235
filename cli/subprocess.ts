/**
 * Another command of this program as a process of its own, its words in a file. Beside the file lies the number
 * of the process while it runs, so that two never work in the same folder.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, readFileSync, statSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { RadliteError } from "@radlite/model/errors";

/**
 * Errors: CONFLICT where one with the same log still runs; UNAVAILABLE with the last thing it said where it does
 * not end well. An aborted signal is passed on, and the process may end in its own time.
 */
export async function runLogged(
  args: readonly string[],
  { log, signal, program = process.argv[1]! }: { log: string; signal: AbortSignal; program?: string },
): Promise<void> {
  const pidFile = `${log}.pid`;
  refuseSecond(pidFile);
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  await writeFile(pidFile, String(child.pid));
  const before = existsSync(log) ? statSync(log).size : 0;
  const file = createWriteStream(log, { flags: "a" });
  for (const stream of [child.stdout, child.stderr]) stream.pipe(file, { end: false });
  const stop = () => child.kill("SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  try {
    const [code] = (await once(child, "close")) as [number | null];
    file.end();
    await once(file, "finish");
    if (code !== 0) throw new RadliteError("UNAVAILABLE", await readLastLine(log, before));
  } finally {
    signal.removeEventListener("abort", stop);
    await rm(pidFile, { force: true });
  }
}

/** A process that outlived the one that started it. */
function refuseSecond(pidFile: string): void {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, "utf8"));
  try {
    process.kill(pid, 0); // asks whether it is there
  } catch {
    return;
  }
  throw new RadliteError(
    "CONFLICT",
    `process ${pid} still works on it; wait for it or end it, or remove ${pidFile} where that is another program`,
  );
}

/** Of what was added to the log after `start` bytes. */
async function readLastLine(path: string, start: number): Promise<string> {
  const lines = (await readFile(path)).subarray(start).toString().trimEnd().split("\n");
  const said = lines.findLast((line) => line.startsWith("radlite: ")) ?? lines.at(-1)!;
  return said.replace(/^radlite: /, "") || "it ended without a word";
}
