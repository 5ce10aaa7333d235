/**
 * Folders of a cache within a limit: each holds what follows from one key, and those that were used longest ago
 * give way. Losing a folder costs time alone, whoever was using it makes its entries again.
 */
import { mkdir, readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";

/** The folder of `key` below `parent`, now used, with `bytes` free for it. */
export async function makeRoom(
  parent: string,
  key: string,
  { bytes, limitBytes }: { bytes: number; limitBytes: number },
): Promise<string> {
  const own = join(parent, key);
  await mkdir(own, { recursive: true });
  const now = new Date();
  await utimes(own, now, now);
  const others = await Promise.all(
    (await readdir(parent)).filter((name) => name !== key).map((name) => measure(join(parent, name))),
  );
  let taken = others.reduce((sum, other) => sum + other.bytes, 0);
  for (const other of others.toSorted((a, b) => a.usedMs - b.usedMs)) {
    if (taken + bytes <= limitBytes) break;
    await rm(other.path, { recursive: true, force: true });
    taken -= other.bytes;
  }
  return own;
}

async function measure(path: string): Promise<{ path: string; bytes: number; usedMs: number }> {
  const sizes = (await readdir(path)).map(async (name) => (await stat(join(path, name))).size);
  const { mtimeMs } = await stat(path);
  return { path, bytes: (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0), usedMs: mtimeMs };
}
