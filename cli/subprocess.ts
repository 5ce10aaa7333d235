/**
 * Another command of this program as a process of its own, its words in a file. Beside the file lies the number
 * of the process while it runs, so that two never work in the same folder.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { RadliteError } from "@radlite/model/errors";
import { passLock, releaseLock, takeLock } from "@radlite/training/lock-file";

/**
 * Errors: CONFLICT where one with the same log still runs; UNAVAILABLE with the last thing it said where it does
 * not end well. An aborted signal is passed on, and the process may end in its own time.
 */
export async function runLogged(
  args: readonly string[],
  { log, signal, program = process.argv[1]! }: { log: string; signal: AbortSignal; program?: string },
): Promise<void> {
  const lock = `${log}.pid`;
  await refuseSecond(lock);
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  if (child.pid !== undefined) await passLock(lock, child.pid); // it may outlive this process
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
    await releaseLock(lock);
  }
}

/** It may be one that outlived the process that started it. */
async function refuseSecond(lock: string): Promise<void> {
  const pid = await takeLock(lock);
  if (pid === undefined) return;
  throw new RadliteError(
    "CONFLICT",
    `process ${pid} still works on it; wait for it or end it, or remove ${lock} where that is another program`,
  );
}

/** The last line that was added to the log after `start` bytes. */
async function readLastLine(path: string, start: number): Promise<string> {
  const lines = (await readFile(path)).subarray(start).toString().trimEnd().split("\n");
  const said = lines.findLast((line) => line.startsWith("radlite: ")) ?? lines.at(-1)!;
  return said.replace(/^radlite: /, "") || "it ended without a word";
}
