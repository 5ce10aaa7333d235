/** One process at a time: a file that names the process which holds it. One left behind by a dead process is taken over. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { RadliteError } from "@radlite/model/errors";

/** `act` while no other process on this machine acts under `path`. Errors: CONFLICT, and those of `act`. */
export async function holdLock<T>(path: string, act: () => Promise<T>): Promise<T> {
  await takeLock(path);
  try {
    return await act();
  } finally {
    await rm(path, { force: true });
  }
}

async function takeLock(path: string): Promise<void> {
  for (;;) {
    try {
      return await writeFile(path, String(process.pid), { flag: "wx" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = Number(await readFile(path, "utf8").catch(() => ""));
    if (holder && isAlive(holder)) {
      throw new RadliteError(
        "CONFLICT",
        `Process ${holder} is fetching the same file. Wait for it; if there is no such process, delete ${path}.`,
      );
    }
    await rm(path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // somebody else's
  }
}
