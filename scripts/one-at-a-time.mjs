// What only one process of a checkout may do at a time: installing, building, setting up Python. The others wait.
// Plain Node, no packages.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { releaseLock, takeLock } from "../training/fetch/lock-file.mjs";
import { root } from "./steps.mjs";

const LOCKS = join(root, ".cache", "locks");
const POLL_MS = 100;

/** `act` once no other process does what is called `name`; says once that it waits, and for whom. */
export async function oneAtATime(name, act, { log = (line) => console.error(line) } = {}) {
  await mkdir(LOCKS, { recursive: true });
  const lock = join(LOCKS, name);
  let holder = await takeLock(lock);
  if (holder !== undefined && holder !== process.pid) log(`Waiting for process ${holder}: ${name} …`);
  while (holder !== undefined) {
    await delay(POLL_MS);
    holder = await takeLock(lock);
  }
  try {
    return await act();
  } finally {
    await releaseLock(lock);
  }
}
