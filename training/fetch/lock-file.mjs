/**
 * One process at a time: a file that names the process which holds it. It appears with its content in it (a link to
 * a finished file), and one that a dead process left behind is replaced, never removed: only by whoever holds the
 * lock named after that very content, and after another look at it. So of any number of processes that find the
 * same dead lock one gets it, and none takes it from the one that just did.
 * Plain JavaScript: the scripts that set things up use it before any package is installed.
 */
import { createHash, randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 5;

/** What this process wrote into locks: a number alone may be that of an earlier process, as 1 is in containers. */
const own = new Set();

/**
 * @param {string} path its folder is there
 * @returns {Promise<number | undefined>} the process that holds it; `undefined`: this one does now, until `releaseLock`
 */
export async function takeLock(path) {
  const content = `${process.pid} ${randomUUID()}`;
  own.add(content);
  for (;;) {
    if (await create(path, content)) return undefined;
    const found = await read(path);
    if (found === undefined) continue; // given back in between
    if (isHeld(found)) return Number.parseInt(found, 10);
    if (await replaceDead(path, found)) return undefined;
  }
}

/** @param {string} path held by this process */
export async function releaseLock(path) {
  await rm(path, { force: true });
}

/**
 * @param {string} path held by this process
 * @param {number} pid who holds it from now on, and may outlive this process
 */
export async function passLock(path, pid) {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${pid} ${randomUUID()}`, { flag: "wx" });
  await rename(draft, path);
}

async function create(path, content) {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, content, { flag: "wx" });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft);
  }
}

async function replaceDead(path, found) {
  const claim = `${path}.${createHash("sha256").update(found).digest("hex").slice(0, 16)}`;
  if ((await takeLock(claim)) !== undefined) {
    await delay(POLL_MS); // somebody else is replacing it
    return false;
  }
  if ((await read(path)) === found) {
    await rename(claim, path);
    return true;
  }
  await releaseLock(claim);
  return false;
}

async function read(path) {
  return readFile(path, "utf8").catch((error) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

function isHeld(content) {
  const [pid, token] = content.split(" ");
  if (Number(pid) === process.pid && token !== undefined) return own.has(content);
  return isAlive(Number(pid));
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false; // 0 and below stand for groups of processes
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM"; // somebody else's
  }
}
