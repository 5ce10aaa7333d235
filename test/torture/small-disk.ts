/**
 * A small disk of its own for a process: where it may, a file system in memory (tmpfs) of a few megabytes in a mount
 * namespace that nobody else sees, filled to the last page and mounted read-only. Where it may not, as in many a
 * container: a limit on the size of its files (RLIMIT_FSIZE, EFBIG) in place of a full disk, and folders that may not
 * be written, to root neither, for a read-only one.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, closeSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Spell } from "./refusing.ts";

export const WAYS = ["mount", "limits"] as const;

export type Way = (typeof WAYS)[number];

const SIZE = "4m";
/** Above an artifact, a commit and a journal; below an evaluation. */
const FILE_BYTES = 16_384;
const MOUNT = [
  "--mount",
  "--",
  "sh",
  "-c",
  `mount -t tmpfs -o size=${SIZE} radlite "$1" && shift && exec "$@"`,
  "sh",
];

/** Whether this user may mount, as root or as root of a namespace; undefined when not. */
function findUnshare(folder: string): string[] | undefined {
  const ways = [[], ["--user", "--map-root-user"]];
  return ways.find((way) => spawnSync("unshare", [...way, ...MOUNT, folder, "true"]).status === 0);
}

/** The way that works here. */
export const chooseWay = (folder: string): Way => (findUnshare(folder) ? "mount" : "limits");

/** The command line that runs another one with the small disk at `folder`, an empty folder. */
export function confine(way: Way, folder: string, command: readonly string[]): string[] {
  if (way === "mount") return ["unshare", ...(findUnshare(folder) ?? []), ...MOUNT, folder, ...command];
  if (process.getuid?.() !== 0) return [...command];
  return ["setpriv", "--inh-caps=-dac_override", "--bounding-set=-dac_override", ...command];
}

/** For the process inside. @param folder as above, where the store is `store`. */
export function spellsOf(way: Way, folder: string): Spell[] {
  const readOnly = { name: "read-only", code: "REFUSED", message: /does not allow it|is read-only/ } as const;
  if (way === "mount") {
    const ballast = join(folder, "ballast");
    return [
      {
        ...{ name: "disk full", code: "UNAVAILABLE", message: /make room there/ },
        begin: async () => fill(ballast),
        end: async () => rmSync(ballast),
      },
      { ...readOnly, begin: () => remount(folder, "ro"), end: () => remount(folder, "rw") },
    ];
  }
  return [
    {
      ...{ name: "files limited", code: "UNAVAILABLE", message: /raise the limit/ },
      begin: async () => limitFiles(String(FILE_BYTES)),
      end: async () => limitFiles("unlimited"),
    },
    {
      ...readOnly,
      begin: async () => allowFolders(join(folder, "store"), 0o555),
      end: async () => allowFolders(join(folder, "store"), 0o755),
    },
  ];
}

function fill(path: string): void {
  const file = openSync(path, "w");
  for (let bytes = 1 << 20; bytes >= 1; bytes = bytes > 1 ? bytes >> 1 : 0) {
    try {
      for (;;) if (writeSync(file, new Uint8Array(bytes)) < bytes) break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }
  closeSync(file);
}

/** Tried again while somebody has a file open for writing. */
async function remount(folder: string, mode: "ro" | "rw"): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { status, stderr } = spawnSync("mount", ["-o", `remount,${mode}`, folder]);
    if (status === 0) return;
    if (tries >= 2_000) throw new Error(`mount: ${stderr}`);
    await delay(1);
  }
}

function limitFiles(bytes: string): void {
  const { status, stderr } = spawnSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:`]);
  if (status !== 0) throw new Error(`prlimit: ${stderr}`);
}

/** From the inside out, so that each can still be reached. */
function allowFolders(folder: string, mode: number): void {
  if (mode & 0o200) chmodSync(folder, mode);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) allowFolders(join(folder, entry.name), mode);
  }
  chmodSync(folder, mode);
}
