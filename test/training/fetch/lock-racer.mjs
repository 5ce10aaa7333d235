// One of many that race for a lock: `lock-racer FOLDER ROUNDS`. While it holds the lock it keeps a file of its own
// that no other may have made; it gives the lock back in one of two ways, the second as a process that dies does.

import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { releaseLock, takeLock } from "@radlite/training/lock-file";

const DEAD = 4194305; // above every process number
const [, , folder, rounds] = process.argv;
const lock = join(folder, "lock");
const inside = join(folder, "inside");

let held = 0;
for (let round = 0; round < Number(rounds); round++) {
  while ((await takeLock(lock)) !== undefined) await delay(1);
  await writeFile(inside, String(process.pid), { flag: "wx" }); // fails where another is inside
  held++;
  await delay(round % 3);
  await rm(inside);
  if (round % 2 === 0) await releaseLock(lock);
  else await leaveDead();
}
console.log(held);

async function leaveDead() {
  const draft = join(folder, `dead-${process.pid}`);
  await writeFile(draft, `${DEAD} ${randomUUID()}`);
  await rename(draft, lock);
}
